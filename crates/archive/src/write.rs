//! Writing, piece by piece: what is in memory does not grow with the archive.

use bytes::Bytes;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::{
    ArchiveError, MANIFEST, MANIFESTS,
    header::{self, BLOCK},
};

/// Entries whose hashes are in one list.
const LISTED_TOGETHER: usize = 10_000;

/// What an archive is made of.
#[derive(Debug, Clone)]
pub enum Piece {
    /// An entry begins, which has so many bytes.
    Entry {
        /// Its name: folders and letters of ASCII.
        name: String,
        /// Its bytes.
        size: u64,
    },
    /// The next bytes of the entry.
    Bytes(Bytes),
}

/// An archive that is being written.
#[derive(Debug)]
pub struct Archive {
    /// In seconds since 1970, as every entry has it.
    modified: u64,
    list: String,
    listed: usize,
    lists: u32,
    entry: Option<Entry>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    size: u64,
    left: u64,
    hash: Sha256,
}

impl Archive {
    /// An archive whose entries all have this time, in seconds since 1970.
    pub const fn new(modified: u64) -> Self {
        Self { modified, list: String::new(), listed: 0, lists: 0, entry: None }
    }

    /// The bytes that a piece becomes, in order.
    ///
    /// # Errors
    /// [`ArchiveError::Name`], and [`ArchiveError::Length`] if an entry has not the bytes that it was to have.
    pub fn write(&mut self, piece: Piece) -> Result<Vec<Bytes>, ArchiveError> {
        match piece {
            Piece::Entry { name, size } => self.begin(name, size),
            Piece::Bytes(bytes) => self.bytes(bytes),
        }
    }

    /// An entry that is there as a whole.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn whole(&mut self, name: &str, bytes: impl Into<Bytes>) -> Result<Vec<Bytes>, ArchiveError> {
        let bytes = bytes.into();
        let mut out = self.begin(name.to_owned(), bytes.len() as u64)?;
        out.extend(self.bytes(bytes)?);
        Ok(out)
    }

    /// The last list of hashes, and the end.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn finish(mut self) -> Result<Vec<Bytes>, ArchiveError> {
        if self.entry.is_some() {
            return Err(ArchiveError::Length);
        }
        let list = std::mem::take(&mut self.list);
        let mut out = self.whole(MANIFEST, list)?;
        out.push(Bytes::from_static(&[0; 2 * BLOCK]));
        Ok(out)
    }

    fn begin(&mut self, name: String, size: u64) -> Result<Vec<Bytes>, ArchiveError> {
        if self.entry.is_some() {
            return Err(ArchiveError::Length);
        }
        let mut out = Vec::with_capacity(2);
        if self.listed >= LISTED_TOGETHER {
            self.listed = 0;
            self.lists += 1;
            let (list, number) = (std::mem::take(&mut self.list), self.lists);
            out.extend(self.whole(&format!("{MANIFESTS}{number:06}.sha256"), list)?);
        }
        out.push(Bytes::copy_from_slice(&header::write(&name, size, self.modified)?));
        self.entry = Some(Entry { name, size, left: size, hash: Sha256::new() });
        if size == 0 {
            self.end();
        }
        Ok(out)
    }

    fn bytes(&mut self, bytes: Bytes) -> Result<Vec<Bytes>, ArchiveError> {
        if bytes.is_empty() {
            return Ok(Vec::new());
        }
        let entry = self.entry.as_mut().ok_or(ArchiveError::Length)?;
        entry.left = entry.left.checked_sub(bytes.len() as u64).ok_or(ArchiveError::Length)?;
        entry.hash.update(&bytes);
        let (left, size) = (entry.left, entry.size);
        let mut out = vec![bytes];
        if left == 0 {
            out.push(Bytes::from_static(&[0; BLOCK]).slice(..header::padding(size)));
            self.end();
        }
        Ok(out)
    }

    fn end(&mut self) {
        if let Some(Entry { name, hash, .. }) = self.entry.take() {
            let hash: [u8; 32] = hash.finalize().into();
            self.list.push_str(&format!("{}  {name}\n", HEXLOWER.encode(&hash)));
            self.listed += 1;
        }
    }
}
