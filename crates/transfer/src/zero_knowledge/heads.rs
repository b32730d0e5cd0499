//! What sealed parts begin with, looked at as they come in.

use sealpost_sealed::{looks_sealed, range::HEADER_LENGTH};

use crate::TransferError;

/// Bytes of a salt, which a part begins with.
pub(crate) const SALT_LENGTH: usize = 24;

/// The first bytes of the part that comes in, and the salt of the one before.
///
/// Two parts of different bytes under one salt would give each other away, and a client that seals so has a fault: it is told
/// before the second one is kept.
#[derive(Debug, Default)]
pub(crate) struct Heads {
    head: Vec<u8>,
    before: Option<[u8; SALT_LENGTH]>,
}

impl Heads {
    /// Of an upload whose last stored part begins with these bytes, if there is one.
    pub(crate) fn after(last: Option<&[u8]>) -> Self {
        Self { head: Vec::new(), before: last.and_then(|bytes| bytes.first_chunk().copied()) }
    }

    /// Takes what is the open part's next. None of it may belong to the part behind.
    ///
    /// # Errors
    /// [`TransferError::NotSealed`] if a part cannot begin so.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<(), TransferError> {
        let wanted = bytes.len().min(HEADER_LENGTH - self.head.len());
        if wanted == 0 {
            return Ok(());
        }
        self.head.extend_from_slice(&bytes[..wanted]);
        let Ok(head) = <&[u8; HEADER_LENGTH]>::try_from(self.head.as_slice()) else {
            return Ok(());
        };
        if !looks_sealed(head) {
            return Err(TransferError::NotSealed("a sealed part does not begin so: it is sent as it is"));
        }
        let salt = head.first_chunk().copied();
        if salt.is_some() && salt == self.before {
            return Err(TransferError::NotSealed(
                "two parts begin with the same salt: each is sealed with a fresh one",
            ));
        }
        self.before = salt;
        Ok(())
    }

    /// The next bytes begin another part.
    pub(crate) fn next_part(&mut self) {
        self.head.clear();
    }
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::{Random as _, SystemRandom};

    use super::*;

    fn part() -> Vec<u8> {
        let mut bytes = vec![0; 200];
        SystemRandom.fill(&mut bytes);
        bytes
    }

    fn take(heads: &mut Heads, bytes: &[u8]) -> bool {
        heads.take(bytes).is_ok()
    }

    #[test]
    fn parts_may_come_in_any_slices() {
        let mut heads = Heads::default();
        for _ in 0..2 {
            for byte in part() {
                assert!(take(&mut heads, &[byte]));
            }
            heads.next_part();
        }
        assert!(take(&mut heads, &part()));
    }

    #[test]
    fn a_part_with_the_salt_of_the_one_before_is_refused() {
        let (first, mut second) = (part(), part());
        second[..SALT_LENGTH].copy_from_slice(&first[..SALT_LENGTH]);
        let mut heads = Heads::default();
        assert!(take(&mut heads, &first));
        heads.next_part();
        assert!(!take(&mut heads, &second));
        assert!(!take(&mut Heads::after(Some(&first)), &second));
        assert!(take(&mut Heads::after(Some(&first)), &part()));
    }

    #[test]
    fn what_is_not_sealed_is_refused_with_its_first_bytes() {
        let mut heads = Heads::default();
        assert!(take(&mut heads, &[b'a'; 55]));
        assert!(!take(&mut heads, b"a"));
    }
}
