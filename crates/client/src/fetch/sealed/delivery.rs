//! A delivery as its sender has meant it: words, names and manifests, opened.

use std::{fmt, sync::Arc};

use data_encoding::BASE64URL_NOPAD;
use sealpost_domain::FileId;
use sealpost_sealed::{
    Access, Column, ContentKey, ContentKeyContext, Contents, FileKeyContext, Manifest, ManifestContext,
};

use crate::{
    Error,
    wire::{Delivery, DeliveryFile, FileSealing},
};

/// A file that its sender has sealed: what it is made of.
#[derive(PartialEq, Eq)]
pub(crate) struct SealedFile {
    pub(crate) tenant: [u8; 16],
    pub(crate) manifest: Manifest,
    /// Sealed bytes.
    pub(crate) length: u64,
}

impl fmt::Debug for SealedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedFile").field("length", &self.length).finish_non_exhaustive()
    }
}

impl Delivery {
    /// Puts in the place of what is sealed what it holds.
    ///
    /// # Errors
    /// [`Error::NotSealedBySender`] for a content key that does not open, [`Error::OtherContents`] if files or words are not all of
    /// those that its sender has sealed, or others, and [`Error::Damaged`] for a file of which key or manifest does not open.
    pub(crate) fn open(&mut self, access: &Access, place: ContentKeyContext) -> Result<(), Error> {
        let sealing = self.sealing.take().ok_or(Error::NotSealedBySender)?;
        let key = bytes(&sealing.content_key)
            .and_then(|sealed| access.key.open_content_key(place, &sealed).ok())
            .ok_or(Error::NotSealedBySender)?;
        let words = (sealing.subject.as_ref(), sealing.message.as_ref());
        self.open_with(&key, place, sealing.contents.as_deref(), words)
    }

    /// The same with the content key.
    pub(super) fn open_with(
        &mut self,
        key: &ContentKey,
        place: ContentKeyContext,
        contents: Option<&str>,
        (subject, message): (Option<&String>, Option<&String>),
    ) -> Result<(), Error> {
        // First of all: what is not whole is shown to nobody.
        self.check_contents(contents, (subject, message), key, place)?;
        let words = |name, sealed: Option<&String>| {
            let column = Column { tenant: place.tenant, row: place.transfer, name };
            let open = |sealed: &String| key.open_text(column, &bytes(sealed)?).ok();
            sealed.map(|sealed| open(sealed).ok_or(Error::NotSealedBySender)).transpose()
        };
        self.subject = words("transfers.subject", subject)?;
        self.message = words("transfers.message", message)?;
        self.files.iter_mut().try_for_each(|file| file.open(key, place))
    }

    /// Fails unless files and words are those that its sender has sealed, all of them and no other.
    fn check_contents(
        &self,
        contents: Option<&str>,
        (subject, message): (Option<&String>, Option<&String>),
        key: &ContentKey,
        place: ContentKeyContext,
    ) -> Result<(), Error> {
        let here = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        let unknown = || Error::OtherContents { here, meant: None };
        let meant = contents.and_then(bytes).ok_or_else(unknown)?;
        let meant = Contents::open(key, place, &meant).map_err(|_| unknown())?;
        let other = || Error::OtherContents { here, meant: Some(meant.files()) };
        let sealed = |text: Option<&String>| match text {
            Some(text) => bytes(text).map(Some).ok_or_else(other),
            None => Ok(None),
        };
        let (subject, message) = (sealed(subject)?, sealed(message)?);
        let manifest = |file: &DeliveryFile| {
            let sealed = file.sealing.as_ref().and_then(|sealing| bytes(&sealing.manifest))?;
            Some((file.id.into_bytes(), sealed))
        };
        let files: Vec<_> = self.files.iter().map(manifest).collect::<Option<_>>().ok_or_else(other)?;
        let shown = Contents::of(subject.as_deref(), message.as_deref(), files);
        meant.matches(&shown).map_err(|_| other())
    }
}

impl DeliveryFile {
    /// Puts in the place of what is sealed what it holds.
    ///
    /// # Errors
    /// [`Error::Damaged`] if its key or manifest does not open, or there are more or fewer bytes.
    pub(crate) fn open(&mut self, key: &ContentKey, place: ContentKeyContext) -> Result<(), Error> {
        let damaged = |what| Error::Damaged { name: format!("file {}", self.id), what };
        let sealing = self.sealing.take().ok_or_else(|| damaged("its key and its manifest are missing"))?;
        let manifest = manifest(self.id, &sealing, key, place)
            .ok_or_else(|| damaged("its key or its manifest is not what its sender has sealed"))?;
        // What is stored is as long as all that was sealed, or there is more or less of it.
        if manifest.sealed_starts().last() != Some(self.size) {
            return Err(damaged("there are more or fewer bytes than its sender has sealed"));
        }
        self.name = manifest.name().to_owned();
        self.crc32 = manifest.crc32();
        let length = std::mem::replace(&mut self.size, manifest.length());
        self.sealed = Some(Arc::new(SealedFile { tenant: place.tenant, manifest, length }));
        Ok(())
    }
}

fn manifest(
    id: FileId,
    sealing: &FileSealing,
    key: &ContentKey,
    place: ContentKeyContext,
) -> Option<Manifest> {
    let ContentKeyContext { tenant, transfer } = place;
    let file = id.into_bytes();
    let key =
        key.unwrap_file_key(FileKeyContext { tenant, transfer, file }, &bytes(&sealing.file_key)?).ok()?;
    Manifest::open(&key, ManifestContext { tenant, transfer, file }, &bytes(&sealing.manifest)?).ok()
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}
