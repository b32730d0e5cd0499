//! CRC-32 (ISO HDLC, as ZIP has it), combinable: the checksum of a file comes from those of its parts.

use crc32fast::Hasher;

/// The checksum of `bytes`.
pub fn of(bytes: &[u8]) -> u32 {
    crc32fast::hash(bytes)
}

/// The checksum of two joined runs of bytes from the checksums of each and the length of the second.
pub fn combine(first: u32, second: u32, second_length: u64) -> u32 {
    let mut joined = Hasher::new_with_initial(first);
    joined.combine(&Hasher::new_with_initial_len(second, second_length));
    joined.finalize()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_check_value_holds() {
        assert_eq!(of(b"123456789"), 0xcbf4_3926);
    }

    proptest! {
        #[test]
        fn joined_checksums_are_the_checksum_of_what_is_joined(first: Vec<u8>, second: Vec<u8>) {
            let joined = combine(of(&first), of(&second), second.len() as u64);
            prop_assert_eq!(joined, of(&[first, second].concat()));
        }
    }

    /// The answer is zlib's, for `Sealpost` and 4 GiB and 16 MiB of zeros.
    #[test]
    fn lengths_beyond_4_gib_combine() {
        assert_eq!(combine(of(b"Sealpost"), 0x44af_3ba2, (4 << 30) + (16 << 20)), 0x3488_c4f4);
    }
}
