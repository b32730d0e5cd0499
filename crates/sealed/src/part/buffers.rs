//! Memory of pieces, used again.

use bytes::{Bytes, BytesMut};

/// Memory of pieces that were stored, for the next part.
///
/// It is in the processor's cache, and need be neither asked for nor wiped again. All that lies in it is ciphertext.
#[derive(Debug, Default)]
pub struct Buffers(Vec<BytesMut>);

impl Buffers {
    /// The memory of those pieces that nobody else holds any more.
    pub fn of(pieces: Vec<Bytes>) -> Self {
        Self(pieces.into_iter().filter_map(|piece| piece.try_into_mut().ok()).collect())
    }

    /// A buffer with room for that many bytes. What it holds already is of no meaning.
    pub(super) fn take(&mut self, capacity: usize) -> BytesMut {
        let fits = self.0.pop().filter(|buffer| buffer.capacity() >= capacity);
        fits.unwrap_or_else(|| BytesMut::with_capacity(capacity))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_somebody_still_reads_is_left_to_him() {
        let pieces = vec![Bytes::from(vec![1; 100]), Bytes::from(vec![2; 100])];
        let (reader, free) = (pieces[0].clone(), pieces[1].as_ptr());
        let mut buffers = Buffers::of(pieces);
        assert_eq!(buffers.take(100).as_ptr(), free);
        assert_ne!(buffers.take(100).as_ptr(), reader.as_ptr());
        assert_eq!(reader, vec![1; 100]);
    }

    #[test]
    fn memory_that_is_too_small_is_not_used() {
        let mut buffers = Buffers::of(vec![Bytes::from(vec![1; 100])]);
        assert!(buffers.take(101).is_empty());
    }
}
