//! The manifest's bytes; docs/file-format.md has the table.

use std::ops::RangeInclusive;

use zeroize::Zeroizing;

use crate::{
    Error, KEY_LENGTH, Manifest, ManifestPart, ManifestUpload, SALT_LENGTH, Salt, UploadKey,
    range::object_length,
};

const VERSION: u8 = 1;
const UPLOAD_LENGTH: usize = 16 + KEY_LENGTH;
const PART_LENGTH: usize = 2 + 8 + 4 + SALT_LENGTH;
/// Version, three lengths of 2 bytes, total length, CRC-32, part count.
const FIXED_LENGTH: usize = 1 + 3 * 2 + 8 + 4 + 4;

impl Manifest {
    /// The lengths that a sealed manifest of so many uploads and parts can have, whatever name and media type it holds.
    pub fn sealed_lengths(uploads: u16, parts: u32) -> RangeInclusive<u64> {
        let least = FIXED_LENGTH as u64
            + u64::from(uploads) * UPLOAD_LENGTH as u64
            + u64::from(parts) * PART_LENGTH as u64;
        object_length(least)..=object_length(least + 2 * u64::from(u16::MAX))
    }

    /// The manifest's bytes. They hold keys: seal them.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let length = FIXED_LENGTH
            + self.name.len()
            + self.media_type.len()
            + self.uploads.len() * UPLOAD_LENGTH
            + self.parts.len() * PART_LENGTH;
        // Never grows, so no copy of the keys is left behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(length));
        bytes.push(VERSION);
        for text in [&self.name, &self.media_type] {
            bytes.extend_from_slice(&count::<u16>(text.len()).to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        bytes.extend_from_slice(&self.length.to_be_bytes());
        bytes.extend_from_slice(&self.crc32.to_be_bytes());
        bytes.extend_from_slice(&count::<u16>(self.uploads.len()).to_be_bytes());
        for upload in &self.uploads {
            bytes.extend_from_slice(&upload.id);
            bytes.extend_from_slice(upload.key.bytes());
        }
        bytes.extend_from_slice(&count::<u32>(self.parts.len()).to_be_bytes());
        for part in &self.parts {
            bytes.extend_from_slice(&part.upload.to_be_bytes());
            bytes.extend_from_slice(&part.sequence.to_be_bytes());
            bytes.extend_from_slice(&part.length.to_be_bytes());
            bytes.extend_from_slice(part.salt.as_bytes());
        }
        debug_assert_eq!(bytes.len(), length);
        bytes
    }

    /// The manifest that these bytes are: exactly, with nothing behind.
    ///
    /// # Errors
    ///
    /// [`Error::Manifest`] for another version, bytes too few or too many, text that is not UTF-8, a total that
    /// is not the sum of the parts, and what [`Manifest::new`] refuses.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader(bytes);
        if reader.array()? != [VERSION] {
            return Err(Error::Manifest("of another version"));
        }
        let name = reader.text()?;
        let media_type = reader.text()?;
        let length = u64::from_be_bytes(reader.array()?);
        let crc32 = u32::from_be_bytes(reader.array()?);
        let count = usize::from(u16::from_be_bytes(reader.array()?));
        let uploads = reader.list(count, UPLOAD_LENGTH, Reader::upload)?;
        let count =
            usize::try_from(u32::from_be_bytes(reader.array()?)).map_err(|_| Error::Manifest("too long"))?;
        let parts = reader.list(count, PART_LENGTH, Reader::part)?;
        if !reader.0.is_empty() {
            return Err(Error::Manifest("bytes behind its end"));
        }
        let manifest = Self::new(name, media_type, crc32, uploads, parts)?;
        if manifest.length != length {
            return Err(Error::Manifest("a total that is not the sum of its parts"));
        }
        Ok(manifest)
    }
}

/// The bytes not read yet.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (array, rest) = self.0.split_first_chunk().ok_or(Error::Manifest("it ends early"))?;
        self.0 = rest;
        Ok(*array)
    }

    fn text(&mut self) -> Result<String, Error> {
        let length = usize::from(u16::from_be_bytes(self.array()?));
        let (text, rest) = self.0.split_at_checked(length).ok_or(Error::Manifest("it ends early"))?;
        self.0 = rest;
        std::str::from_utf8(text).map(str::to_owned).map_err(|_| Error::Manifest("a name that is not UTF-8"))
    }

    /// As many items as were announced, if there are bytes for them: an announcement alone reserves no memory.
    fn list<T>(
        &mut self,
        count: usize,
        item_length: usize,
        item: fn(&mut Self) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        if self.0.len() / item_length < count {
            return Err(Error::Manifest("it ends early"));
        }
        (0..count).map(|_| item(self)).collect()
    }

    fn upload(&mut self) -> Result<ManifestUpload, Error> {
        let id = self.array()?;
        let key = Zeroizing::new(self.array::<KEY_LENGTH>()?);
        Ok(ManifestUpload { id, key: UploadKey::from_slice(key.as_ref())? })
    }

    fn part(&mut self) -> Result<ManifestPart, Error> {
        Ok(ManifestPart {
            upload: u16::from_be_bytes(self.array()?),
            sequence: u64::from_be_bytes(self.array()?),
            length: u32::from_be_bytes(self.array()?),
            salt: Salt::from_bytes(self.array()?),
        })
    }
}

/// A count in the width that the format gives it.
fn count<T: TryFrom<usize, Error: std::fmt::Debug>>(length: usize) -> T {
    T::try_from(length).expect("Manifest::new refuses what cannot be counted")
}
