//! Sealed bytes in, plaintext out, chunk by chunk: what comes out was checked.

use std::{io, ops::Range, sync::Arc};

use bytes::BytesMut;
use sealpost_sealed::{
    Located, PartOpener,
    range::{CHUNK_LENGTH, HEADER_LENGTH, SEALED_CHUNK_LENGTH, chunk_holding, chunk_start},
};

use super::SealedFile;

/// Plaintext bytes that are opened at once: 16 chunks.
const GROUP: u64 = 16 * CHUNK_LENGTH as u64;

/// Where in a file one goes on: at a chunk's beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spot {
    /// The index of the part.
    part: usize,
    /// Plaintext bytes of the part before it.
    within: u64,
    /// Plaintext bytes of the file before it.
    pub(crate) have: u64,
    /// Sealed bytes of the file before it: what is asked for from there on.
    pub(crate) from: u64,
    /// The part's header, which has to be asked for by itself when one goes on behind it.
    pub(crate) header: Option<Range<u64>>,
}

impl Spot {
    /// The last chunk's beginning at or before so many plaintext bytes, which are fewer than the file has.
    pub(crate) fn of(file: &SealedFile, have: u64) -> Self {
        let Some(located) = file.manifest.locate(have..have.saturating_add(1)).next() else {
            return Self { part: 0, within: 0, have: 0, from: 0, header: None };
        };
        let start = file.manifest.sealed_starts().nth(located.index).unwrap_or(0);
        let chunk = chunk_holding(located.wanted.start);
        let within = chunk * CHUNK_LENGTH as u64;
        let at_start = chunk == 0;
        Self {
            part: located.index,
            within,
            have: have - (located.wanted.start - within),
            from: if at_start { start } else { start + chunk_start(chunk) },
            header: (!at_start).then(|| start..start + HEADER_LENGTH as u64),
        }
    }
}

/// A file that is being opened as it comes.
pub(crate) struct Opening {
    file: Arc<SealedFile>,
    part: usize,
    within: u64,
    opener: Option<PartOpener>,
    sealed: BytesMut,
}

/// Why no plaintext comes out.
#[derive(Debug)]
pub(crate) enum Shut {
    /// The bytes are not what the sender has sealed there.
    Altered,
    /// The plaintext cannot be written.
    Io(io::Error),
}

impl From<io::Error> for Shut {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Opening {
    /// From a spot on; `header` is that of its part, if it has to be asked for.
    pub(crate) fn new(file: Arc<SealedFile>, spot: &Spot, header: Option<&[u8]>) -> Result<Self, Shut> {
        let (part, within) = (spot.part, spot.within);
        let mut opening = Self { file, part, within, opener: None, sealed: BytesMut::new() };
        if let Some(header) = header {
            opening.opener = Some(opening.opener(header)?);
        }
        Ok(opening)
    }

    /// Takes sealed bytes, and hands out what they hold.
    pub(crate) fn push(
        &mut self,
        sealed: &[u8],
        out: &mut impl FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<(), Shut> {
        self.sealed.extend_from_slice(sealed);
        loop {
            let Some(length) = self.part_length() else {
                return if self.sealed.is_empty() { Ok(()) } else { Err(Shut::Altered) };
            };
            let Some(opener) = &self.opener else {
                if self.sealed.len() < HEADER_LENGTH {
                    return Ok(());
                }
                let header = self.sealed.split_to(HEADER_LENGTH);
                self.opener = Some(self.opener(&header)?);
                continue;
            };
            let end = length.min(self.within + GROUP);
            let range = opener.object_range(self.within..end).ok_or(Shut::Altered)?;
            if (self.sealed.len() as u64) < range.bytes.end - range.bytes.start {
                return Ok(());
            }
            self.open(end, out)?;
            if end == length {
                (self.part, self.within, self.opener) = (self.part + 1, 0, None);
            }
        }
    }

    /// No more bytes come now: hands out what whole chunks hold.
    pub(crate) fn end(&mut self, out: &mut impl FnMut(&[u8]) -> io::Result<()>) -> Result<(), Shut> {
        let Some(length) = self.part_length().filter(|_| self.opener.is_some()) else {
            return Ok(());
        };
        let chunks = (self.sealed.len() / SEALED_CHUNK_LENGTH) as u64;
        // The last chunk is open when all of it is there.
        let most = length.saturating_sub(1) / CHUNK_LENGTH as u64 * CHUNK_LENGTH as u64;
        let end = most.min(self.within + chunks * CHUNK_LENGTH as u64);
        if end > self.within { self.open(end, out) } else { Ok(()) }
    }

    /// Opens as far as `end`, of which all bytes are there.
    fn open(&mut self, end: u64, out: &mut impl FnMut(&[u8]) -> io::Result<()>) -> Result<(), Shut> {
        let opener = self.opener.as_ref().ok_or(Shut::Altered)?;
        let range = opener.object_range(self.within..end).ok_or(Shut::Altered)?;
        let bytes = usize::try_from(range.bytes.end - range.bytes.start).map_err(|_| Shut::Altered)?;
        let plain = opener.open(&range, self.sealed.split_to(bytes)).map_err(|_| Shut::Altered)?;
        out(&plain)?;
        self.within = end;
        Ok(())
    }

    fn part_length(&self) -> Option<u64> {
        self.file.manifest.parts().get(self.part).map(|part| u64::from(part.length))
    }

    fn opener(&self, header: &[u8]) -> Result<PartOpener, Shut> {
        let part = self.file.manifest.parts().get(self.part).ok_or(Shut::Altered)?;
        let upload = &self.file.manifest.uploads()[usize::from(part.upload)];
        let located = Located { index: self.part, part, upload, wanted: 0..u64::from(part.length) };
        located.opener(self.file.tenant, header).map_err(|_| Shut::Altered)
    }
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::{
        Manifest, ManifestPart, ManifestUpload, PartContext, PartSealer, Salt, SystemRandom, UploadKey,
    };

    use super::*;

    const TENANT: [u8; 16] = [7; 16];

    fn plain(length: usize) -> Vec<u8> {
        (0..length).map(|n| (n * 31 % 251) as u8).collect()
    }

    /// A file in parts of these lengths, and its sealed bytes.
    fn sealed(lengths: &[usize]) -> (Arc<SealedFile>, Vec<u8>, Vec<u8>) {
        let content = plain(lengths.iter().sum());
        let key = UploadKey::generate(&SystemRandom);
        let (mut bytes, mut parts, mut rest) = (Vec::new(), Vec::new(), &content[..]);
        for (length, sequence) in lengths.iter().zip(0..) {
            let (now, behind) = rest.split_at(*length);
            rest = behind;
            let context = PartContext { tenant: TENANT, upload: [9; 16], sequence };
            let salt = Salt::generate(&SystemRandom);
            let mut sealer = PartSealer::new(&key, context, salt, *length as u32);
            sealer.write(now);
            bytes.extend(sealer.finish().pieces.concat());
            parts.push(ManifestPart { upload: 0, sequence, length: *length as u32, salt });
        }
        let uploads = vec![ManifestUpload { id: [9; 16], key }];
        let crc = crc32fast::hash(&content);
        let manifest = Manifest::new("a".to_owned(), String::new(), crc, uploads, parts).unwrap();
        (Arc::new(SealedFile { tenant: TENANT, manifest, length: bytes.len() as u64 }), content, bytes)
    }

    /// What comes out of these bytes, in pieces of a length, and whether it ended well.
    fn opened(file: &Arc<SealedFile>, have: u64, bytes: &[u8], piece: usize) -> (u64, Vec<u8>, bool) {
        let spot = Spot::of(file, have);
        let header = spot.header.as_ref().map(|at| &bytes[at.start as usize..at.end as usize]);
        let mut plain = Vec::new();
        let Ok(mut opening) = Opening::new(Arc::clone(file), &spot, header) else {
            return (spot.have, plain, false);
        };
        let mut out = |piece: &[u8]| {
            plain.extend_from_slice(piece);
            Ok(())
        };
        let mut pieces = bytes[spot.from as usize..].chunks(piece);
        let ended = pieces.try_for_each(|piece| opening.push(piece, &mut out));
        let ended = ended.and_then(|()| opening.end(&mut out));
        (spot.have, plain, ended.is_ok())
    }

    #[test]
    fn a_file_comes_out_whole_from_wherever_one_goes_on() {
        let (file, content, bytes) = sealed(&[300_000, 16_384, 1, 40_000, 16_383]);
        for have in [0, 1, 16_383, 16_384, 200_000, 299_999, 300_000, 316_383, 316_384, 316_385, 340_000] {
            for piece in [1_000, 16_400, 1 << 20] {
                let (from, plain, ended) = opened(&file, have, &bytes, piece);
                assert!(ended && from <= have && have - from < 16_384, "{have} {piece}");
                assert!(plain == content[from as usize..], "{have} {piece}");
            }
        }
    }

    #[test]
    fn of_bytes_that_break_off_whole_chunks_come_out() {
        let (file, content, bytes) = sealed(&[100_000, 16_384]);
        for cut in [0, 55, 56, 16_455, 16_456, 90_000, bytes.len() - 16_500, bytes.len() - 1] {
            let (_, plain, ended) = opened(&file, 0, &bytes[..cut], 5_000);
            assert!(ended && content.starts_with(&plain), "{cut}");
            assert!(plain.len() + 2 * 16_400 > cut, "{cut}: {}", plain.len());
        }
    }

    #[test]
    fn no_byte_comes_out_that_was_not_sealed_there() {
        let (file, content, bytes) = sealed(&[100_000, 100_000]);
        let half = bytes.len() / 2;
        let mut swapped = bytes[half..].to_vec();
        swapped.extend_from_slice(&bytes[..half]);
        let flipped = |at: usize| {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            bytes
        };
        let without = |range: Range<usize>| [&bytes[..range.start], &bytes[range.end..]].concat();
        let longer = [&bytes[..], &[0]].concat();
        for altered in [
            flipped(0),
            flipped(30),
            flipped(56),
            flipped(70_000),
            flipped(half),
            flipped(bytes.len() - 1),
            without(56..56 + 16_400),
            without(0..half),
            swapped,
            longer,
        ] {
            let (_, plain, ended) = opened(&file, 0, &altered, 9_000);
            assert!(!ended && content.starts_with(&plain));
        }
    }
}
