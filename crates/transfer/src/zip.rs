//! The layout of a ZIP archive whose files are stored, not compressed (PKWARE APPNOTE 6.3.10).
//!
//! Sizes and CRC-32 are known since the upload, so every byte of the archive has a fixed place before the first is
//! read: the length is known, and any range of it can be served. Zip64 records appear where a number needs them.

mod names;

use std::ops::Range;

use bytes::Bytes;
use sealpost_domain::Timestamp;

const LOCAL_HEADER: u32 = 0x0403_4b50;
const CENTRAL_HEADER: u32 = 0x0201_4b50;
const ZIP64_END: u32 = 0x0606_4b50;
const ZIP64_LOCATOR: u32 = 0x0706_4b50;
const END: u32 = 0x0605_4b50;
/// Extra field with 64-bit numbers.
const ZIP64_EXTRA: u16 = 1;
/// General purpose flag 11: names are UTF-8.
const UTF8: u16 = 1 << 11;
/// "Made by" Unix, version 4.5, so that the mode below counts.
const MADE_BY: u16 = (3 << 8) | 45;
/// A regular file that its owner may read and write and others may read.
const MODE: u32 = 0o100_644 << 16;

/// A file of the archive.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Relative name, `/` between folders.
    pub(crate) name: String,
    /// Bytes.
    pub(crate) size: u64,
    /// CRC-32 of them.
    pub(crate) crc32: u32,
}

/// A stretch of the archive.
#[derive(Debug, Clone)]
pub(crate) enum Segment {
    /// Headers and directories.
    Bytes(Bytes),
    /// A range of the file with this index.
    File(usize, Range<u64>),
}

/// Where everything in an archive lies.
#[derive(Debug)]
pub(crate) struct Layout {
    segments: Vec<(u64, Segment)>,
    length: u64,
}

impl Layout {
    /// Lays out the entries in their order. Names that would meet get a number, so that none is lost on unpacking.
    pub(crate) fn new(entries: &[Entry], modified: Timestamp) -> Self {
        let mut layout = Self { segments: Vec::with_capacity(2 * entries.len() + 1), length: 0 };
        let names = names::distinct(entries.iter().map(|entry| entry.name.as_str()));
        let time = dos_time(modified);
        let mut central = Vec::new();
        for (index, (entry, name)) in entries.iter().zip(&names).enumerate() {
            let offset = layout.length;
            layout.push(Segment::Bytes(local_header(entry, name, time).into()));
            // An empty one, too: what comes to its end counts as fetched.
            layout.push(Segment::File(index, 0..entry.size));
            central_header(&mut central, entry, name, time, offset);
        }
        end_records(&mut central, entries.len() as u64, layout.length);
        layout.push(Segment::Bytes(central.into()));
        layout
    }

    /// Bytes of the whole archive.
    pub(crate) const fn length(&self) -> u64 {
        self.length
    }

    /// CRC-32 of all that is no file: with the files' own, which it holds, it tells an archive from any other.
    pub(crate) fn fingerprint(&self) -> u32 {
        let mut hash = crc32fast::Hasher::new();
        for (_, segment) in &self.segments {
            if let Segment::Bytes(bytes) = segment {
                hash.update(bytes);
            }
        }
        hash.finalize()
    }

    /// The stretches that `range` is made of, in order.
    pub(crate) fn cut(&self, range: Range<u64>) -> Vec<Segment> {
        let first = self.segments.partition_point(|(start, segment)| start + segment.length() <= range.start);
        self.segments[first..]
            .iter()
            .take_while(|(start, _)| *start < range.end)
            .map(|(start, segment)| {
                let from = range.start.saturating_sub(*start);
                segment.cut(from..segment.length().min(range.end - start))
            })
            .collect()
    }

    fn push(&mut self, segment: Segment) {
        let start = self.length;
        self.length += segment.length();
        self.segments.push((start, segment));
    }
}

impl Segment {
    fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(_, range) => range.end - range.start,
        }
    }

    fn cut(&self, part: Range<u64>) -> Self {
        match self {
            Self::Bytes(bytes) => Self::Bytes(bytes.slice(part.start as usize..part.end as usize)),
            Self::File(index, range) => Self::File(*index, range.start + part.start..range.start + part.end),
        }
    }
}

fn local_header(entry: &Entry, name: &str, time: [u16; 2]) -> Vec<u8> {
    let mut out = Vec::with_capacity(50 + name.len());
    let large = entry.size >= u64::from(u32::MAX);
    put32(&mut out, LOCAL_HEADER);
    put16(&mut out, version(large));
    put16(&mut out, UTF8);
    put16(&mut out, 0); // stored
    put16(&mut out, time[0]);
    put16(&mut out, time[1]);
    put32(&mut out, entry.crc32);
    put32(&mut out, clamp32(entry.size));
    put32(&mut out, clamp32(entry.size));
    put16(&mut out, name.len() as u16);
    put16(&mut out, if large { 20 } else { 0 });
    out.extend_from_slice(name.as_bytes());
    if large {
        put16(&mut out, ZIP64_EXTRA);
        put16(&mut out, 16);
        put64(&mut out, entry.size);
        put64(&mut out, entry.size);
    }
    out
}

fn central_header(out: &mut Vec<u8>, entry: &Entry, name: &str, time: [u16; 2], offset: u64) {
    let mut extra = Vec::new();
    if entry.size >= u64::from(u32::MAX) {
        put64(&mut extra, entry.size);
        put64(&mut extra, entry.size);
    }
    if offset >= u64::from(u32::MAX) {
        put64(&mut extra, offset);
    }
    put32(out, CENTRAL_HEADER);
    put16(out, MADE_BY);
    put16(out, version(!extra.is_empty()));
    put16(out, UTF8);
    put16(out, 0); // stored
    put16(out, time[0]);
    put16(out, time[1]);
    put32(out, entry.crc32);
    put32(out, clamp32(entry.size));
    put32(out, clamp32(entry.size));
    put16(out, name.len() as u16);
    put16(out, if extra.is_empty() { 0 } else { 4 + extra.len() as u16 });
    put16(out, 0); // comment
    put16(out, 0); // disk
    put16(out, 0); // internal attributes
    put32(out, MODE);
    put32(out, clamp32(offset));
    out.extend_from_slice(name.as_bytes());
    if !extra.is_empty() {
        put16(out, ZIP64_EXTRA);
        put16(out, extra.len() as u16);
        out.extend_from_slice(&extra);
    }
}

/// The records behind the central directory, which starts at `start` and is what `out` holds so far.
fn end_records(out: &mut Vec<u8>, count: u64, start: u64) {
    let size = out.len() as u64;
    if count >= u64::from(u16::MAX) || size >= u64::from(u32::MAX) || start >= u64::from(u32::MAX) {
        put32(out, ZIP64_END);
        put64(out, 44); // what follows of this record
        put16(out, MADE_BY);
        put16(out, version(true));
        put32(out, 0); // this disk
        put32(out, 0); // disk of the directory
        put64(out, count);
        put64(out, count);
        put64(out, size);
        put64(out, start);
        put32(out, ZIP64_LOCATOR);
        put32(out, 0);
        put64(out, start + size);
        put32(out, 1); // disks
    }
    put32(out, END);
    put16(out, 0);
    put16(out, 0);
    let count = u16::try_from(count).unwrap_or(u16::MAX);
    put16(out, count);
    put16(out, count);
    put32(out, clamp32(size));
    put32(out, clamp32(start));
    put16(out, 0); // comment
}

const fn version(zip64: bool) -> u16 {
    if zip64 { 45 } else { 20 }
}

fn clamp32(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn put16(out: &mut Vec<u8>, number: u16) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn put32(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn put64(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&number.to_le_bytes());
}

/// MS-DOS time and date: two-second steps since 1980. Civil date by Howard Hinnant's days algorithm.
fn dos_time(moment: Timestamp) -> [u16; 2] {
    let seconds = moment.unix_millis().div_euclid(1_000);
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    if !(1980..2108).contains(&year) {
        return [0, (1 << 5) | 1];
    }
    let time = (second / 3_600) << 11 | (second / 60 % 60) << 5 | (second % 60 / 2);
    let date = (year - 1980) << 9 | month << 5 | day;
    [time as u16, date as u16]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WHEN: Timestamp = Timestamp::from_unix_millis(1_795_286_645_000);

    fn entry(name: &str, size: u64) -> Entry {
        Entry { name: name.to_owned(), size, crc32: 0x1234_5678 }
    }

    /// The range as a list of bytes, with files filled in from a pattern.
    fn render(layout: &Layout, range: Range<u64>) -> Vec<u8> {
        let mut out = Vec::new();
        for segment in layout.cut(range) {
            match segment {
                Segment::Bytes(bytes) => out.extend_from_slice(&bytes),
                Segment::File(index, range) => {
                    out.extend(range.map(|at| (at as u8).wrapping_mul(31).wrapping_add(index as u8)));
                }
            }
        }
        out
    }

    proptest! {
        #[test]
        fn any_range_is_that_slice_of_the_whole(
            sizes in prop::collection::vec(0..300_u64, 0..8), a in 0..4_000_u64, b in 0..4_000_u64,
        ) {
            let entries: Vec<_> = sizes.iter().map(|size| entry("a/b.txt", *size)).collect();
            let layout = Layout::new(&entries, WHEN);
            let whole = render(&layout, 0..layout.length());
            prop_assert_eq!(whole.len() as u64, layout.length());
            let (from, to) = (a.min(b).min(layout.length()), a.max(b).min(layout.length()));
            prop_assert_eq!(&render(&layout, from..to), &whole[from as usize..to as usize]);
        }
    }

    #[test]
    fn a_layout_is_told_from_another_of_its_length() {
        let print = |name: &str| Layout::new(&[entry(name, 1)], WHEN).fingerprint();
        assert_eq!(print("a"), print("a"));
        assert_ne!(print("a"), print("b"));
    }

    #[test]
    fn large_files_and_far_offsets_get_zip64_records() {
        let layout = Layout::new(&[entry("big", 5 << 30), entry("small", 3)], WHEN);
        let tail = render(&layout, (5 << 30)..layout.length());
        let has = |signature: u32| tail.windows(4).any(|w| w == signature.to_le_bytes());
        assert!(has(ZIP64_END) && has(ZIP64_LOCATOR) && has(END));
    }

    #[test]
    fn times_are_those_of_ms_dos() {
        // 2026-11-21T18:44:05Z
        let moment = Timestamp::from_unix_millis(1_795_286_645_000);
        assert_eq!(dos_time(moment), [18 << 11 | 44 << 5 | 2, 46 << 9 | 11 << 5 | 21]);
        assert_eq!(dos_time(Timestamp::from_unix_millis(0)), [0, 1 << 5 | 1]);
    }
}
