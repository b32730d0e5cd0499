//! The manifest: which parts make a file, in order, and the keys that open them.

mod locate;
mod wire;

use std::{collections::HashSet, fmt};

use zeroize::Zeroizing;

use crate::{
    Error, FileKey, ManifestContext, Random, Salt, UploadKey, message,
    range::{MAX_PART_LENGTH, object_length},
};

pub use locate::Located;

/// What a file is made of. Only consistent ones exist: see [`Manifest::new`].
#[derive(Clone, PartialEq, Eq)]
pub struct Manifest {
    name: String,
    media_type: String,
    length: u64,
    crc32: u32,
    uploads: Vec<ManifestUpload>,
    parts: Vec<ManifestPart>,
    /// Where in the file each part ends, in the order of the parts.
    ends: Vec<u64>,
}

/// An upload that parts of the file came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestUpload {
    /// The upload's id.
    pub id: [u8; 16],
    /// The key that seals its parts.
    pub key: UploadKey,
}

/// A part of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManifestPart {
    /// The index of its upload in the manifest.
    pub upload: u16,
    /// Its number within the upload.
    pub sequence: u64,
    /// Plaintext bytes: 1 to [`MAX_PART_LENGTH`].
    pub length: u32,
    /// The salt of the attempt that counts.
    pub salt: Salt,
}

impl Manifest {
    /// A manifest of these uploads and parts, the parts in the order of the file. The file's length is theirs.
    ///
    /// # Errors
    ///
    /// [`Error::Manifest`] for names over 65 535 bytes, more uploads or parts than can be counted, an upload
    /// listed twice, a part of an upload that is not listed, an empty part or one over [`MAX_PART_LENGTH`], and parts of one
    /// upload whose numbers do not grow.
    pub fn new(
        name: String,
        media_type: String,
        crc32: u32,
        uploads: Vec<ManifestUpload>,
        parts: Vec<ManifestPart>,
    ) -> Result<Self, Error> {
        let countable = u16::try_from(name.len()).is_ok()
            && u16::try_from(media_type.len()).is_ok()
            && u16::try_from(uploads.len()).is_ok()
            && u32::try_from(parts.len()).is_ok();
        if !countable {
            return Err(Error::Manifest("too long"));
        }
        let mut seen = HashSet::with_capacity(uploads.len());
        if !uploads.iter().all(|upload| seen.insert(upload.id)) {
            return Err(Error::Manifest("an upload is listed twice"));
        }
        let ends = ends_of(&parts, uploads.len())?;
        let length = ends.last().copied().unwrap_or(0);
        Ok(Self { name, media_type, length, crc32, uploads, parts, ends })
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file's media type, as its sender gave it.
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// The file's length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// CRC-32 of the file.
    pub fn crc32(&self) -> u32 {
        self.crc32
    }

    /// The uploads that the file's parts came with.
    pub fn uploads(&self) -> &[ManifestUpload] {
        &self.uploads
    }

    /// The file's parts, in order.
    pub fn parts(&self) -> &[ManifestPart] {
        &self.parts
    }

    /// Where each part's object begins when they lie one after another, in order, as a sender seals them; and last, where
    /// all of them end.
    pub fn sealed_starts(&self) -> impl Iterator<Item = u64> {
        let mut end = 0;
        std::iter::once(0).chain(self.parts.iter().map(move |part| {
            end += object_length(u64::from(part.length));
            end
        }))
    }

    /// Seals the manifest for its place.
    pub fn seal(&self, key: &FileKey, context: ManifestContext, random: &dyn Random) -> Vec<u8> {
        message::seal(key.bytes(), &context.to_bytes(), &self.encode(), random)
    }

    /// The manifest that was sealed for this place.
    ///
    /// # Errors
    ///
    /// [`Error::Commitment`] for another key or place, [`Error::Chunk`] and [`Error::Length`] for damage,
    /// [`Error::Manifest`] when what was sealed is no manifest.
    pub fn open(key: &FileKey, context: ManifestContext, sealed: &[u8]) -> Result<Self, Error> {
        let bytes: Zeroizing<Vec<u8>> = message::open(key.bytes(), &context.to_bytes(), sealed)?;
        Self::decode(&bytes)
    }
}

impl fmt::Debug for Manifest {
    /// Without the name, which is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Manifest")
            .field("length", &self.length)
            .field("uploads", &self.uploads.len())
            .field("parts", &self.parts.len())
            .finish_non_exhaustive()
    }
}

/// Where in the file each part ends, once every part was found in order.
fn ends_of(parts: &[ManifestPart], uploads: usize) -> Result<Vec<u64>, Error> {
    let mut last_of_upload: Vec<Option<u64>> = vec![None; uploads];
    let mut end = 0_u64;
    parts
        .iter()
        .map(|part| {
            let last = last_of_upload
                .get_mut(usize::from(part.upload))
                .ok_or(Error::Manifest("a part of an upload that is not listed"))?;
            if last.is_some_and(|last| last >= part.sequence) {
                return Err(Error::Manifest("parts of an upload are not in order"));
            }
            *last = Some(part.sequence);
            if part.length == 0 || part.length > MAX_PART_LENGTH {
                return Err(Error::Manifest("a part of an impossible length"));
            }
            // At most 2^32 parts of 2^26 bytes: never more than 2^58.
            end += u64::from(part.length);
            Ok(end)
        })
        .collect()
}
