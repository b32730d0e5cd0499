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

    #[test]
    fn lengths_beyond_4_gib_combine() {
        // 2^33 zero bytes in doubling steps, and in one.
        let (mut crc32, mut length) = (of(&[0]), 1_u64);
        while length < 1 << 33 {
            crc32 = combine(crc32, crc32, length);
            length *= 2;
        }
        let (half, rest) = (1_u64 << 32, of(&[]));
        assert_eq!(combine(crc32, rest, 0), crc32);
        let mut other = of(&[0]);
        let mut other_length = 1_u64;
        while other_length < half {
            other = combine(other, other, other_length);
            other_length *= 2;
        }
        assert_eq!(combine(other, other, half), crc32);
    }
}
