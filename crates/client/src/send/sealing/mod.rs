//! Sealing what is sent before any of it goes to the service (mode `zero_knowledge`).
//!
//! Secrets and keys are made here: the fragment secret, which stands in the links behind `#`, and the content key, under which
//! subject, message, manifests and the keys of uploads are. `docs/file-format.md` has the formats.

mod attempts;
mod body;
mod choice;
mod log;
mod stated;
mod to_key;
mod uploader;

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use sealpost_domain::{FileId, UploadId};
use sealpost_sealed::{
    Access, AccessProofHash, Column, ContentKey, ContentKeyContext, Contents, FileKey, FileKeyContext,
    FragmentSecret, Manifest, ManifestContext, PasswordKey, PasswordParameters, PublicKey, Random,
    ServerHalf, UploadKey, UploadKeyContext,
};
use serde::{Deserialize, Serialize};

pub use self::{choice::WhoSeals, stated::Look};
pub(crate) use self::{
    choice::{policy_now, seals_here, seals_what_comes_in},
    log::PartLog,
    stated::{Stated, look_into},
    uploader::SealedUploader,
};
use super::{SendOrder, journal::Journal};
use crate::{
    Error, Secret, access,
    wire::{NewFileSealing, NewSealing, Transfer},
};

/// What an unfinished sending has to remember. Whoever has this and nothing else opens nothing: the content key lacks the
/// service's half of the secret, and the password if there is one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kept {
    fragment: String,
    content_key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password_parameters: Option<String>,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

impl Kept {
    /// A link with its second part.
    pub(crate) fn complete(&self, url: &str) -> String {
        format!("{url}#{}", self.fragment)
    }

    /// What belongs behind `#`.
    pub(crate) fn second_part(&self) -> Secret {
        self.fragment.clone().into()
    }
}

/// The secrets of a sending.
pub(crate) struct Sealing {
    pub(crate) keys: Keys,
    proof_hash: AccessProofHash,
}

/// What files are sealed with, whoever gets them.
pub(crate) struct Keys {
    place: ContentKeyContext,
    content_key: ContentKey,
    random: &'static dyn Random,
}

impl Sealing {
    /// Of a draft that was made now.
    ///
    /// # Errors
    /// [`Error::PasswordWanted`] if its recipients are asked for a password and there is none.
    pub(crate) async fn make(
        draft: &Transfer,
        password: Option<&Secret>,
        random: &'static dyn Random,
    ) -> Result<(Self, Kept), Error> {
        if draft.needs_password() && password.is_none() {
            return Err(Error::PasswordWanted);
        }
        let fragment = FragmentSecret::generate(random);
        let parameters = password.map(|_| PasswordParameters::generate(random));
        let (place, access) = derive(draft, &fragment, password, parameters.as_ref()).await?;
        let content_key = ContentKey::generate(random);
        let kept = Kept {
            fragment: fragment.to_fragment().to_string(),
            content_key: text(&access.key.seal_content_key(&content_key, place, random)),
            password_parameters: parameters.map(|parameters| text(&parameters.encode())),
        };
        Ok((Self { keys: Keys { place, content_key, random }, proof_hash: access.proof.hash() }, kept))
    }

    /// Of a draft that an earlier call has made. `None` if it does not open with what was kept.
    pub(crate) async fn open(
        draft: &Transfer,
        password: Option<&Secret>,
        kept: &Kept,
        random: &'static dyn Random,
    ) -> Result<Option<Self>, Error> {
        let parameters = kept.password_parameters.as_deref().map(bytes);
        let parameters = parameters.map(|bytes| PasswordParameters::decode(&bytes.unwrap_or_default()));
        let (Ok(fragment), Ok(parameters)) = (FragmentSecret::parse(&kept.fragment), parameters.transpose())
        else {
            return Ok(None);
        };
        let (place, access) = derive(draft, &fragment, password, parameters.as_ref()).await?;
        let sealed = bytes(&kept.content_key).unwrap_or_default();
        let opened = access.key.open_content_key(place, &sealed).ok();
        Ok(opened.map(|content_key| Self {
            keys: Keys { place, content_key, random },
            proof_hash: access.proof.hash(),
        }))
    }

    /// What the service is told of it before all files are there, for the tenant's recovery key, too, if there is one.
    ///
    /// # Errors
    /// [`Error::RecoveryKeyUnfit`] if nothing can be sealed to that.
    pub(crate) fn told(
        &self,
        kept: &Kept,
        order: &SendOrder,
        recovery: Option<&PublicKey>,
    ) -> Result<NewSealing, Error> {
        let recovery = recovery.map(|key| self.keys.seal_to_recovery(key)).transpose()?;
        let words = |name, words: Option<&str>| {
            let Keys { place, content_key, random } = &self.keys;
            let column = Column { tenant: place.tenant, row: place.transfer, name };
            let words = words.filter(|words| !words.is_empty())?;
            Some(text(&content_key.seal_column(column, words.as_bytes(), *random)))
        };
        Ok(NewSealing {
            recovery,
            content_key: kept.content_key.clone(),
            proof_hash: text(self.proof_hash.as_bytes()),
            password_parameters: kept.password_parameters.clone(),
            subject: words("transfers.subject", order.subject.as_deref()),
            message: words("transfers.message", order.message.as_deref()),
            contents: None,
        })
    }

    /// Adds to what the service was told which files belong together: all that are there.
    ///
    /// # Errors
    /// [`Error::SealingUnknown`] if what was told of a file was not kept.
    pub(crate) fn bind(&self, told: &mut NewSealing, journal: &Journal) -> Result<(), Error> {
        let contents = self.keys.contents((told.subject.as_deref(), told.message.as_deref()), journal)?;
        told.contents = Some(contents);
        Ok(())
    }
}

impl Keys {
    /// Which files and words belong together, sealed: all files that are there.
    ///
    /// # Errors
    /// [`Error::SealingUnknown`] if what was told of a file was not kept.
    pub(crate) fn contents(
        &self,
        (subject, message): (Option<&str>, Option<&str>),
        journal: &Journal,
    ) -> Result<String, Error> {
        let file = |id: UploadId| {
            let hash = bytes(&journal.described(id)?.hash)?;
            Some((id.into_bytes(), <[u8; 32]>::try_from(hash).ok()?))
        };
        let files = journal.done().into_iter().map(file);
        let files: Vec<_> = files.collect::<Option<_>>().ok_or(Error::SealingUnknown)?;
        let (subject, message) = (subject.and_then(bytes), message.and_then(bytes));
        let contents = Contents::of_hashes(subject.as_deref(), message.as_deref(), files);
        Ok(text(&contents.seal(&self.content_key, self.place, self.random)))
    }

    /// A key for an upload, and the same as it is kept.
    fn upload_key(&self, upload: UploadId) -> (UploadKey, String) {
        let key = UploadKey::generate(self.random);
        let kept = text(&self.content_key.wrap_upload_key(&key, self.upload_place(upload), self.random));
        (key, kept)
    }

    fn kept_upload_key(&self, upload: UploadId, kept: &str) -> Option<UploadKey> {
        self.content_key.unwrap_upload_key(self.upload_place(upload), &bytes(kept)?).ok()
    }

    /// A file's key and manifest, as the service is given them.
    fn file(&self, id: FileId, manifest: &Manifest, stated: Option<Stated>) -> ToldFile {
        let ContentKeyContext { tenant, transfer } = self.place;
        let (key, file) = (FileKey::generate(self.random), id.into_bytes());
        let file_key =
            self.content_key.wrap_file_key(&key, FileKeyContext { tenant, transfer, file }, self.random);
        let manifest = manifest.seal(&key, ManifestContext { tenant, transfer, file }, self.random);
        ToldFile {
            hash: text(&Contents::hash(&manifest)),
            sealing: NewFileSealing { file_key: text(&file_key), manifest: text(&manifest), stated },
        }
    }

    fn upload_place(&self, upload: UploadId) -> UploadKeyContext {
        let ContentKeyContext { tenant, transfer } = self.place;
        UploadKeyContext { tenant, transfer, upload: upload.into_bytes() }
    }
}

/// What the service is told of a file.
struct ToldFile {
    sealing: NewFileSealing,
    /// Of the sealed manifest.
    hash: String,
}

async fn derive(
    draft: &Transfer,
    fragment: &FragmentSecret,
    password: Option<&Secret>,
    parameters: Option<&PasswordParameters>,
) -> Result<(ContentKeyContext, Access), Error> {
    let sealing = draft.sealing.as_ref().ok_or(Error::SealingUnknown)?;
    let half = bytes(sealing.server_half.expose()).and_then(|bytes| ServerHalf::from_secret(&bytes).ok());
    let half = half.ok_or(Error::SealingUnknown)?;
    let place = ContentKeyContext { tenant: sealing.tenant.into_bytes(), transfer: draft.id.into_bytes() };
    let key = match (password, parameters) {
        (Some(password), Some(parameters)) => Some(access::password_key(password, parameters).await?),
        _ => None::<PasswordKey>,
    };
    Ok((place, Access::derive(fragment, &half, key.as_ref(), place)))
}

fn text(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}
