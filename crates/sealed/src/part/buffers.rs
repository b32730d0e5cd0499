//! Memory of pieces, used again.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};

/// Memory of pieces that were stored, for the next ones. Cheap to clone; all clones share it.
///
/// It is in the processor's cache, and need be neither asked for nor wiped again. All that lies in it is ciphertext.
#[derive(Debug, Clone, Default)]
pub struct Buffers(Arc<Mutex<Vec<BytesMut>>>);

impl Buffers {
    /// Takes a piece's memory, unless somebody else still holds it.
    pub fn give(&self, piece: Bytes) {
        if let Ok(buffer) = piece.try_into_mut() {
            self.free(|free| free.push(buffer));
        }
    }

    /// A buffer with room for that many bytes. What it holds already is of no meaning.
    pub(super) fn take(&self, capacity: usize) -> BytesMut {
        let fits = self.free(Vec::pop).filter(|buffer| buffer.capacity() >= capacity);
        fits.unwrap_or_else(|| BytesMut::with_capacity(capacity))
    }

    fn free<T>(&self, use_it: impl FnOnce(&mut Vec<BytesMut>) -> T) -> T {
        use_it(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_somebody_still_reads_is_left_to_him() {
        let (read, free) = (Bytes::from(vec![1; 100]), Bytes::from(vec![2; 100]));
        let (reader, free_at) = (read.clone(), free.as_ptr());
        let buffers = Buffers::default();
        buffers.give(read);
        buffers.give(free);
        assert_eq!(buffers.take(100).as_ptr(), free_at);
        assert_ne!(buffers.take(100).as_ptr(), reader.as_ptr());
        assert_eq!(reader, vec![1; 100]);
    }

    #[test]
    fn memory_that_is_too_small_is_not_used() {
        let buffers = Buffers::default();
        buffers.give(Bytes::from(vec![1; 100]));
        assert!(buffers.take(101).is_empty());
    }
}
