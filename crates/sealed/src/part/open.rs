//! Opening a part, whole or in ranges.

use std::{fmt, ops::Range};

use bytes::{Buf as _, BytesMut};

use crate::{
    Aes256Gcm, AwsLc, Error, PartContext, Salt, UploadKey,
    message::Opener,
    range::{HEADER_LENGTH, ObjectRange, object_range},
};

/// Opens the chunks of one part. There is none without a checked header, so no chunk is opened before the
/// commitment was compared.
pub struct PartOpener<A = AwsLc> {
    opener: Opener<A>,
    length: u32,
}

impl PartOpener {
    /// Checks the first 56 bytes of a part's object against the part's key, its place, and the salt that the
    /// manifest names. `length` is the part's plaintext length, from the manifest.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] unless `header` has 56 bytes, [`Error::Salt`] for an object of another attempt,
    /// [`Error::Commitment`] for another key or place.
    pub fn new(
        key: &UploadKey,
        context: PartContext,
        salt: &Salt,
        length: u32,
        header: &[u8],
    ) -> Result<Self, Error> {
        Self::with_cipher(key, context, salt, length, header)
    }
}

impl<A: Aes256Gcm> PartOpener<A> {
    /// As [`PartOpener::new`], with the cipher chosen by type.
    ///
    /// # Errors
    ///
    /// As [`PartOpener::new`].
    pub fn with_cipher(
        key: &UploadKey,
        context: PartContext,
        salt: &Salt,
        length: u32,
        header: &[u8],
    ) -> Result<Self, Error> {
        let header: &[u8; HEADER_LENGTH] = header.try_into().map_err(|_| Error::Length)?;
        if !header.starts_with(salt.as_bytes()) {
            return Err(Error::Salt);
        }
        let opener = Opener::new(key.bytes(), &context.to_bytes(), header)?;
        Ok(Self { opener, length })
    }

    /// What to fetch of the object to read the plaintext bytes `wanted`; `None` unless they lie in the part.
    pub fn object_range(&self, wanted: Range<u64>) -> Option<ObjectRange> {
        object_range(self.length, wanted)
    }

    /// Opens the fetched bytes of `range` in place, and returns the wanted plaintext.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] unless these are as many bytes as `range` names, [`Error::Chunk`] when one of its chunks
    /// is not what was sealed there. Nothing comes out then.
    pub fn open(&self, range: &ObjectRange, mut sealed: BytesMut) -> Result<BytesMut, Error> {
        if range.bytes.end.checked_sub(range.bytes.start) != Some(sealed.len() as u64) {
            return Err(Error::Length);
        }
        let opened = self.opener.open_chunks(range.first_chunk, &mut sealed)?;
        if range.skip.checked_add(range.length).is_none_or(|end| end > opened) {
            return Err(Error::Length);
        }
        sealed.truncate(range.skip + range.length);
        sealed.advance(range.skip);
        Ok(sealed)
    }
}

impl<A> fmt::Debug for PartOpener<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartOpener").field("length", &self.length).finish_non_exhaustive()
    }
}
