//! Contents: which files and words its sender has sealed a transfer with, so that nobody leaves one out, adds one, or shows an
//! older one.
//!
//! | bytes | content |
//! | --- | --- |
//! | 1 | `0x01`, the version of the form |
//! | 4 | BE32(number of files) |
//! | 32 | SHA-256 of the label `sealpost/contents/1`, `0x00`, the hashes of sealed subject and message, and id and hash of each file |

use sha2::{Digest as _, Sha256};

use crate::{
    Column, ContentKey, ContentKeyContext, Error, Random,
    range::{HEADER_LENGTH, TAG_LENGTH},
};

const LABEL: &[u8] = b"sealpost/contents/1\0";
const VERSION: u8 = 1;
const HASH_LENGTH: usize = 32;
/// Bytes before they are sealed.
const LENGTH: usize = 1 + 4 + HASH_LENGTH;

/// What a transfer holds: subject, message and files, as they are sealed.
///
/// Made of what goes to the service and comes back from it; nothing has to be opened for that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    files: u32,
    hash: [u8; HASH_LENGTH],
}

/// What is here is not what the sender has sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherContents {
    /// How many files the sender has sealed.
    pub meant: u32,
    /// How many are here. As many as were meant, if one of them, the subject or the message is another.
    pub here: u32,
}

impl Contents {
    /// Bytes that they have sealed, whatever they are of.
    pub const SEALED_LENGTH: usize = HEADER_LENGTH + LENGTH + TAG_LENGTH;

    /// Of sealed subject and message, if there are any, and of each file's id and sealed manifest, in any order.
    pub fn of(
        subject: Option<&[u8]>,
        message: Option<&[u8]>,
        files: impl IntoIterator<Item = ([u8; 16], impl AsRef<[u8]>)>,
    ) -> Self {
        Self::of_hashes(
            subject,
            message,
            files.into_iter().map(|(id, manifest)| (id, Self::hash(manifest.as_ref()))),
        )
    }

    /// The same, of each file's id and the [hash](Self::hash) of its sealed manifest.
    pub fn of_hashes(
        subject: Option<&[u8]>,
        message: Option<&[u8]>,
        files: impl IntoIterator<Item = ([u8; 16], [u8; 32])>,
    ) -> Self {
        let mut files: Vec<_> = files.into_iter().collect();
        files.sort_unstable();
        let words = [subject, message].map(|sealed| sealed.map(Self::hash).unwrap_or_default());
        let mut hash = Sha256::new_with_prefix(LABEL);
        words.iter().for_each(|word| hash.update(word));
        for (id, manifest) in &files {
            hash.update(id);
            hash.update(manifest);
        }
        Self { files: u32::try_from(files.len()).unwrap_or(u32::MAX), hash: hash.finalize().into() }
    }

    /// SHA-256 of a sealed manifest: what a sender's program keeps of it until all are there.
    pub fn hash(sealed_manifest: &[u8]) -> [u8; 32] {
        Sha256::digest(sealed_manifest).into()
    }

    /// How many files there are.
    pub const fn files(&self) -> u32 {
        self.files
    }

    /// Whether these, which the sender has sealed, are what is here.
    ///
    /// # Errors
    ///
    /// [`OtherContents`], which says how many files were meant: a recipient is shown nothing of it as whole.
    pub fn matches(&self, here: &Self) -> Result<(), OtherContents> {
        if self == here { Ok(()) } else { Err(OtherContents { meant: self.files, here: here.files }) }
    }

    /// Seals them for their transfer: [`Self::SEALED_LENGTH`] bytes, which the service keeps.
    pub fn seal(&self, key: &ContentKey, place: ContentKeyContext, random: &dyn Random) -> Vec<u8> {
        let bytes = [&[VERSION], &self.files.to_be_bytes()[..], &self.hash].concat();
        key.seal_column(column(place), &bytes, random)
    }

    /// The contents that were sealed for this transfer.
    ///
    /// # Errors
    ///
    /// [`Error::Contents`], whatever was wrong with them, another version included.
    pub fn open(key: &ContentKey, place: ContentKeyContext, sealed: &[u8]) -> Result<Self, Error> {
        let bytes = key.open_column(column(place), sealed).map_err(|_| Error::Contents)?;
        let bytes: [u8; LENGTH] = bytes.as_slice().try_into().map_err(|_| Error::Contents)?;
        let [VERSION, a, b, c, d, hash @ ..] = bytes else {
            return Err(Error::Contents);
        };
        Ok(Self { files: u32::from_be_bytes([a, b, c, d]), hash })
    }
}

const fn column(place: ContentKeyContext) -> Column {
    Column { tenant: place.tenant, row: place.transfer, name: "transfers.contents" }
}
