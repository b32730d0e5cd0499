//! Where plaintext lies in a sealed message: arithmetic alone, no bytes are looked at.
//!
//! A message is a header of 56 bytes and then chunks. Every chunk but the last holds 16 384 bytes of plaintext
//! in 16 400; the last holds fewer, possibly none. Chunk `k` therefore starts at `56 + k * 16400`.

use std::ops::Range;

/// Plaintext bytes of every chunk but the last, which has fewer.
pub const CHUNK_LENGTH: usize = 16 * 1024;
/// Bytes that sealing adds to a chunk.
pub const TAG_LENGTH: usize = 16;
/// Stored bytes of every chunk but the last.
pub const SEALED_CHUNK_LENGTH: usize = CHUNK_LENGTH + TAG_LENGTH;
/// Stored bytes before the first chunk: salt and commitment.
pub const HEADER_LENGTH: usize = 56;
/// Most plaintext bytes of a part: 64 MiB.
pub const MAX_PART_LENGTH: u32 = 64 << 20;

/// Plaintext bytes of a part of a file that is `length` bytes long (`None`: not known yet): 8 MiB as a rule;
/// 16, 32 and 64 MiB for files over 64, 128 and 256 GiB, so that a manifest stays below 10 000 parts longer.
pub const fn part_length(length: Option<u64>) -> u32 {
    const GIB: u64 = 1 << 30;
    match length {
        Some(length) if length > 256 * GIB => MAX_PART_LENGTH,
        Some(length) if length > 128 * GIB => 32 << 20,
        Some(length) if length > 64 * GIB => 16 << 20,
        _ => 8 << 20,
    }
}

/// The number of the chunk that holds the plaintext byte at `offset`.
pub const fn chunk_holding(offset: u64) -> u64 {
    offset / CHUNK_LENGTH as u64
}

/// Where in the stored object chunk `chunk` starts.
pub const fn chunk_start(chunk: u64) -> u64 {
    (HEADER_LENGTH as u64).saturating_add(chunk.saturating_mul(SEALED_CHUNK_LENGTH as u64))
}

/// How many chunks `length` bytes of plaintext make: at least one, because a last chunk always follows.
pub const fn chunk_count(length: u64) -> u64 {
    chunk_holding(length) + 1
}

/// Stored bytes of a message of `length` plaintext bytes.
pub const fn object_length(length: u64) -> u64 {
    let last = length % CHUNK_LENGTH as u64 + TAG_LENGTH as u64;
    chunk_start(chunk_holding(length)).saturating_add(last)
}

/// Plaintext bytes of a message of `object_length` stored bytes; `None` when no message is that long.
pub const fn plain_length(object_length: u64) -> Option<u64> {
    let Some(body) = object_length.checked_sub(HEADER_LENGTH as u64) else {
        return None;
    };
    let full = body / SEALED_CHUNK_LENGTH as u64;
    match (body % SEALED_CHUNK_LENGTH as u64).checked_sub(TAG_LENGTH as u64) {
        Some(last) => Some(full * CHUNK_LENGTH as u64 + last),
        None => None,
    }
}

/// What to fetch of an object to read a range of its plaintext, and what to keep of what was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRange {
    /// The chunk that the fetched bytes begin with.
    pub first_chunk: u64,
    /// The bytes of the object to fetch: whole chunks.
    pub bytes: Range<u64>,
    /// Plaintext bytes before the wanted ones in the first chunk.
    pub skip: usize,
    /// Wanted plaintext bytes.
    pub length: usize,
}

/// What to fetch of the object of a part of `length` plaintext bytes, to read its bytes `wanted`.
///
/// `None` when `wanted` is empty, reversed, or reaches beyond the part, and when no part is that long.
pub fn object_range(length: u32, wanted: Range<u64>) -> Option<ObjectRange> {
    if wanted.is_empty() || wanted.end > u64::from(length) || length > MAX_PART_LENGTH {
        return None;
    }
    let first_chunk = chunk_holding(wanted.start);
    let end = chunk_start(chunk_holding(wanted.end - 1) + 1).min(object_length(u64::from(length)));
    Some(ObjectRange {
        first_chunk,
        bytes: chunk_start(first_chunk)..end,
        skip: usize::try_from(wanted.start % CHUNK_LENGTH as u64).ok()?,
        length: usize::try_from(wanted.end - wanted.start).ok()?,
    })
}
