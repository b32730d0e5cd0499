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
