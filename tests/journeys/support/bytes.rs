use std::{fs::File, io::Write as _, ops::Range, path::Path};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::dice::mix;

const CHUNK: u64 = 256 * 1024;

/// A file's bytes, which nobody needs to keep: each can be told from the seed and its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Content {
    pub(crate) seed: u64,
    pub(crate) length: u64,
}

impl Content {
    pub(crate) const fn new(seed: u64, length: u64) -> Self {
        Self { seed, length }
    }

    pub(crate) fn range(self, range: Range<u64>) -> Vec<u8> {
        let first = range.start / 8;
        let mut bytes = Vec::with_capacity((range.end - range.start + 16) as usize);
        for word in first..range.end.div_ceil(8) {
            bytes.extend_from_slice(&mix(self.seed ^ word.wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_le_bytes());
        }
        bytes.drain(..(range.start - first * 8) as usize);
        bytes.truncate((range.end - range.start) as usize);
        bytes
    }

    pub(crate) fn all(self) -> Vec<u8> {
        self.range(0..self.length)
    }

    /// The range in pieces as a socket would bring them.
    pub(crate) fn pieces(self, range: Range<u64>) -> impl Iterator<Item = Bytes> + Send + 'static {
        (range.start..range.end)
            .step_by(CHUNK as usize)
            .map(move |start| self.range(start..range.end.min(start + CHUNK)).into())
    }

    pub(crate) fn sha256(self) -> String {
        let mut hash = Sha256::new();
        for piece in self.pieces(0..self.length) {
            hash.update(&piece);
        }
        hex(&hash.finalize())
    }

    pub(crate) fn write_to(self, path: &Path) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut file = File::create(path).unwrap();
        for piece in self.pieces(0..self.length) {
            file.write_all(&piece).unwrap();
        }
    }
}

/// Of a file on the disk.
pub(crate) fn sha256(path: &Path) -> String {
    let mut hash = Sha256::new();
    let mut file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut buffer = vec![0; CHUNK as usize];
    loop {
        match std::io::Read::read(&mut file, &mut buffer).unwrap() {
            0 => return hex(&hash.finalize()),
            read => hash.update(&buffer[..read]),
        }
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
