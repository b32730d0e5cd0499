//! How what a sender seals lies on the wire: the sealed parts of a file one after another, without anything between.
//!
//! Every part but the last holds as many bytes of plaintext as a part of such a file has
//! ([`part_length`](crate::range::part_length)), the last one the rest, and never none: a file of no bytes is no bytes.

use std::ops::Range;

use crate::range::{MAX_PART_LENGTH, object_length, part_length, plain_length};

/// The lengths and places of the sealed parts of a file, or of a slice of one that is uploaded by itself.
///
/// The service sees sealed bytes alone, and which parts they are made of it takes from the length of a part: the sealed
/// length of a file does not say which one its sender has used (of 64 GiB, and of a few KiB more, both may have the same).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedUpload {
    length: u64,
    part_length: u32,
}

impl SealedUpload {
    /// Of a file of `length` bytes that is uploaded as a whole.
    pub const fn of_file(length: u64) -> Self {
        Self { length, part_length: part_length(Some(length)) }
    }

    /// Of `length` bytes in parts of `part_length`; `None` unless that is 1 byte to 64 MiB.
    pub const fn new(length: u64, part_length: u32) -> Option<Self> {
        if part_length == 0 || part_length > MAX_PART_LENGTH {
            return None;
        }
        Some(Self { length, part_length })
    }

    /// Of so many sealed bytes in parts of `part_length`; `None` when no upload ends there.
    pub const fn of_sealed(sealed: u64, part_length: u32) -> Option<Self> {
        let Some(none) = Self::new(0, part_length) else {
            return None;
        };
        let whole = sealed / none.sealed_part_length();
        let full = whole.saturating_mul(part_length as u64);
        match sealed % none.sealed_part_length() {
            0 => Self::new(full, part_length),
            rest => match plain_length(rest) {
                // A part of no bytes is in no manifest.
                None | Some(0) => None,
                Some(rest) => Self::new(full + rest, part_length),
            },
        }
    }

    /// Bytes of plaintext.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Bytes of plaintext in every part but the last.
    pub const fn part_length(&self) -> u32 {
        self.part_length
    }

    /// How many parts there are.
    pub const fn parts(&self) -> u64 {
        self.length.div_ceil(self.part_length as u64)
    }

    /// Sealed bytes of every part but the last.
    pub const fn sealed_part_length(&self) -> u64 {
        object_length(self.part_length as u64)
    }

    /// Sealed bytes of the whole; what a client declares as `Upload-Length`.
    pub const fn sealed_length(&self) -> u64 {
        let full = self.length / self.part_length as u64;
        let last = match self.length % self.part_length as u64 {
            0 => 0,
            rest => object_length(rest),
        };
        full.saturating_mul(self.sealed_part_length()).saturating_add(last)
    }

    /// Where in the sealed bytes part `part` begins; the end of all of them for the part behind the last.
    pub const fn part_start(&self, part: u64) -> u64 {
        let start = part.saturating_mul(self.sealed_part_length());
        let end = self.sealed_length();
        if start < end { start } else { end }
    }

    /// The sealed bytes of part `part`; `None` when there is none.
    pub fn sealed_part(&self, part: u64) -> Option<Range<u64>> {
        (part < self.parts()).then(|| self.part_start(part)..self.part_start(part + 1))
    }

    /// The plaintext bytes of part `part`; `None` when there is none.
    pub fn plain_part(&self, part: u64) -> Option<Range<u64>> {
        let start = part.checked_mul(u64::from(self.part_length))?;
        (start < self.length)
            .then(|| start..start.saturating_add(u64::from(self.part_length)).min(self.length))
    }

    /// The part that begins at this sealed byte, or the number of parts at the end; `None` within a part and behind the
    /// end. A client goes on there, with a fresh salt.
    pub const fn part_at(&self, sealed: u64) -> Option<u64> {
        if sealed == self.sealed_length() {
            return Some(self.parts());
        }
        if sealed > self.sealed_length() || !sealed.is_multiple_of(self.sealed_part_length()) {
            return None;
        }
        Some(sealed / self.sealed_part_length())
    }

    /// Of so many sealed bytes that have come, those of whole parts: what is acknowledged of a broken upload.
    pub const fn whole_parts(&self, sealed: u64) -> u64 {
        if sealed >= self.sealed_length() {
            return self.sealed_length();
        }
        sealed - sealed % self.sealed_part_length()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MIB: u64 = 1 << 20;
    const GIB: u64 = 1 << 30;

    #[test]
    fn known_lengths() {
        let whole = 56 + 512 * 16_400 + 16;
        for (length, parts, sealed) in [
            (0, 0, 0),
            (1, 1, 73),
            (16_384, 1, 56 + 16_400 + 16),
            (8 * MIB - 1, 1, whole - 17),
            (8 * MIB, 1, whole),
            (8 * MIB + 1, 2, whole + 73),
            (20_000_000, 3, 20_019_736),
            (64 * GIB, 8192, 8192 * whole),
            (64 * GIB + 1, 4097, 4096 * (56 + 1024 * 16_400 + 16) + 73),
        ] {
            let upload = SealedUpload::of_file(length);
            assert_eq!((upload.parts(), upload.sealed_length()), (parts, sealed), "{length}");
            assert_eq!(SealedUpload::of_sealed(sealed, upload.part_length()), Some(upload), "{length}");
        }
    }

    #[test]
    fn an_upload_ends_with_a_whole_part_only() {
        let whole = SealedUpload::of_file(8 * MIB).sealed_length();
        for sealed in (1..73).chain([whole - 16, whole + 1, whole + 72, 2 * whole + 56 + 16_400]) {
            assert_eq!(SealedUpload::of_sealed(sealed, 8 << 20), None, "{sealed}");
        }
        for sealed in [0, 73, whole - 17, whole, whole + 73, 3 * whole] {
            assert!(SealedUpload::of_sealed(sealed, 8 << 20).is_some(), "{sealed}");
        }
    }

    /// So a service cannot know the length of a part from that of the whole.
    #[test]
    fn two_files_may_have_one_sealed_length() {
        let larger = SealedUpload::of_file(64 * GIB + 16);
        let smaller = SealedUpload::of_sealed(larger.sealed_length(), 8 << 20).unwrap();
        assert_eq!(SealedUpload::of_file(smaller.length()), smaller);
        assert_ne!(smaller.length(), larger.length());
    }

    #[test]
    fn parts_of_no_or_too_many_bytes_are_none() {
        assert_eq!(SealedUpload::new(1, 0), None);
        assert_eq!(SealedUpload::new(1, MAX_PART_LENGTH + 1), None);
        assert_eq!(SealedUpload::of_sealed(73, 0), None);
    }

    #[test]
    fn nothing_overflows() {
        let longest = SealedUpload::of_file(u64::MAX);
        assert_eq!(longest.sealed_length(), u64::MAX);
        assert_eq!(longest.part_start(u64::MAX), u64::MAX);
        assert_eq!(longest.plain_part(longest.parts() - 1).unwrap().end, u64::MAX);
        assert_eq!(longest.plain_part(u64::MAX), None);
        assert!(SealedUpload::of_sealed(u64::MAX, 1).is_none_or(|upload| upload.length() < u64::MAX));
    }

    proptest! {
        /// Against the definition: parts laid out one after another.
        #[test]
        fn parts_lie_one_after_another(
            length in 0..2_000_000_u64,
            part_length in prop_oneof![1..70_000_u32, Just(16_384), Just(65_536)],
        ) {
            // Few enough to be laid out one by one.
            let length = length.min(u64::from(part_length) * 500);
            let upload = SealedUpload::new(length, part_length).unwrap();
            let (mut plain, mut sealed, mut parts) = (0, 0, 0);
            while plain < length {
                let bytes = u64::from(part_length).min(length - plain);
                let stored = object_length(bytes);
                prop_assert_eq!(upload.plain_part(parts), Some(plain..plain + bytes));
                prop_assert_eq!(upload.sealed_part(parts), Some(sealed..sealed + stored));
                prop_assert_eq!(upload.part_at(sealed), Some(parts));
                prop_assert_eq!(upload.part_at(sealed + 1), None);
                prop_assert_eq!(upload.whole_parts(sealed), sealed);
                prop_assert_eq!(upload.whole_parts(sealed + stored - 1), sealed);
                (plain, sealed, parts) = (plain + bytes, sealed + stored, parts + 1);
            }
            prop_assert_eq!((upload.parts(), upload.sealed_length()), (parts, sealed));
            prop_assert_eq!(upload.part_at(sealed), Some(parts));
            prop_assert_eq!(upload.part_start(parts), sealed);
            prop_assert_eq!((upload.plain_part(parts), upload.sealed_part(parts)), (None, None));
            prop_assert_eq!(upload.part_at(sealed + 1), None);
            prop_assert_eq!(SealedUpload::of_sealed(sealed, part_length), Some(upload));
        }

        #[test]
        fn what_is_a_possible_end_is_the_end_of_one_upload(
            sealed in 0..1_u64 << 45,
            part in prop::sample::select(vec![8_u32, 16, 32, 64]),
        ) {
            if let Some(upload) = SealedUpload::of_sealed(sealed, part << 20) {
                prop_assert_eq!(upload.sealed_length(), sealed);
            }
        }
    }
}
