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
/// Most plaintext bytes of a part: 64 MiB, and what sealing adds to as many, for a part may hold one that was sealed before.
pub const MAX_PART_LENGTH: u32 = object_length(64 << 20) as u32;

/// Plaintext bytes of a part of a file that is `length` bytes long (`None`: not known yet): 8 MiB as a rule;
/// 16, 32 and 64 MiB for files over 64, 128 and 256 GiB, so that their manifests stay small.
pub const fn part_length(length: Option<u64>) -> u32 {
    const GIB: u64 = 1 << 30;
    match length {
        Some(length) if length > 256 * GIB => 64 << 20,
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
    let whole = object_length(u64::from(length));
    let end = if wanted.end == u64::from(length) {
        // With the last chunk, even if it is empty: it says that the part ends here, and no byte goes unchecked.
        whole
    } else {
        chunk_start(chunk_holding(wanted.end - 1) + 1).min(whole)
    };
    Some(ObjectRange {
        first_chunk,
        bytes: chunk_start(first_chunk)..end,
        skip: usize::try_from(wanted.start % CHUNK_LENGTH as u64).ok()?,
        length: usize::try_from(wanted.end - wanted.start).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_lengths() {
        for (plain, object) in [
            (0, 72),
            (1, 73),
            (16_383, 56 + 16_399),
            (16_384, 56 + 16_400 + 16),
            (16_385, 56 + 16_400 + 17),
            (8 << 20, 56 + 512 * 16_400 + 16),
        ] {
            assert_eq!(object_length(plain), object);
            assert_eq!(plain_length(object), Some(plain));
        }
        assert_eq!((chunk_count(0), chunk_count(16_383), chunk_count(16_384)), (1, 1, 2));
    }

    #[test]
    fn impossible_object_lengths() {
        for length in (0..72).chain(56 + 16_400..56 + 16_400 + 16).chain([56 + 2 * 16_400]) {
            assert_eq!(plain_length(length), None, "{length}");
        }
    }

    #[test]
    fn parts_grow_with_files() {
        const GIB: u64 = 1 << 30;
        for (length, mebibytes) in [
            (None, 8),
            (Some(0), 8),
            (Some(64 * GIB), 8),
            (Some(64 * GIB + 1), 16),
            (Some(128 * GIB + 1), 32),
            (Some(256 * GIB + 1), 64),
            (Some(u64::MAX), 64),
        ] {
            assert_eq!(part_length(length), mebibytes << 20, "{length:?}");
        }
    }

    #[test]
    fn the_last_chunk_is_fetched_even_if_it_is_empty() {
        let bytes = |wanted| object_range(32_768, wanted).unwrap().bytes;
        assert_eq!(bytes(0..32_768), 56..56 + 2 * 16_400 + 16);
        assert_eq!(bytes(32_767..32_768), 56 + 16_400..56 + 2 * 16_400 + 16);
        assert_eq!(bytes(0..32_767), 56..56 + 2 * 16_400);
    }

    #[test]
    fn ranges_outside_the_part_are_none() {
        assert_eq!(object_range(10, 0..0), None);
        assert_eq!(object_range(10, 10..10), None);
        assert_eq!(object_range(10, 9..11), None);
        assert_eq!(object_range(10, u64::MAX - 1..u64::MAX), None);
        assert_eq!(object_range(MAX_PART_LENGTH + 1, 0..1), None);
        assert_eq!(object_range(0, 0..1), None);
    }

    #[test]
    fn nothing_overflows() {
        assert_eq!(object_length(u64::MAX), u64::MAX);
        assert_eq!(chunk_start(u64::MAX), u64::MAX);
        assert!(plain_length(u64::MAX).is_none_or(|length| length < u64::MAX));
    }

    proptest! {
        #[test]
        fn object_and_plain_length_are_inverse(length in 0..1_u64 << 52) {
            prop_assert_eq!(plain_length(object_length(length)), Some(length));
        }

        /// Against the definition: the chunks that hold a wanted byte, and with the last byte the end.
        #[test]
        fn exactly_the_chunks_of_the_wanted_bytes_are_fetched(
            length in 1..200_000_u32,
            start in 0..200_000_u64,
            more in 1..200_000_u64,
        ) {
            let start = start % u64::from(length);
            let wanted = start..(start + more).min(u64::from(length));
            let range = object_range(length, wanted.clone()).unwrap();
            let chunks: Vec<u64> = (0..chunk_count(length.into()))
                .filter(|chunk| (chunk * 16_384..(chunk + 1) * 16_384).any(|byte| wanted.contains(&byte)))
                .collect();
            prop_assert_eq!(range.first_chunk, chunks[0]);
            prop_assert_eq!(range.bytes.start, chunk_start(chunks[0]));
            let last = *chunks.last().unwrap();
            let whole = object_length(length.into());
            let to_the_end = wanted.end == u64::from(length);
            prop_assert_eq!(range.bytes.end, if to_the_end { whole } else { chunk_start(last + 1).min(whole) });
            prop_assert_eq!(chunks[0] * 16_384 + range.skip as u64, wanted.start);
            prop_assert_eq!(range.length as u64, wanted.end - wanted.start);
        }
    }
}
