//! JSON of the HTTP API, as far as the client speaks it. `docs/api.md` says what the fields mean.
//!
//! Unknown fields are ignored, so that an older client can talk to a newer server. Times are RFC 3339 text, passed
//! on as they are.

mod links;
mod portals;
mod requests;

use std::fmt;

use sealpost_domain::{FileId, Protection, RecipientId, TenantId, TransferId, TransferMode, UploadId};
use sealpost_sealed::PublicKey;
use serde::{Deserialize, Serialize};

use crate::{Error, send::Stated};

pub(crate) use self::links::{
    FileSealing, HalfTold, LinkSealing, Needed, OpenedLink, SentCode, Verified, VerifiedLink,
};
pub use self::{
    links::{Delivery, DeliveryFile, Sender},
    portals::{NewPortalRecipient, Portal, PortalList, PortalRecipient, PortalUser},
    requests::{NewUploadRequest, UploadRequest, UploadRequestPage},
};

/// What a transfer is created with.
#[derive(Clone, Serialize)]
#[expect(missing_docs, reason = "docs/api.md describes the fields")]
pub struct NewTransfer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<TransferMode>,
    pub recipients: Vec<NewRecipient<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protection: Option<Protection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_downloads: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_as: Option<&'a str>,
}

impl fmt::Debug for NewTransfer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewTransfer").field("recipients", &self.recipients.len()).finish_non_exhaustive()
    }
}

/// A recipient to be added.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "docs/api.md describes the fields")]
pub struct NewRecipient<'a> {
    pub email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<&'a str>,
}

/// A transfer as its sender sees it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/api.md describes the fields")]
pub struct Transfer {
    pub id: TransferId,
    pub state: String,
    pub expires_at: String,
    pub password_protected: bool,
    /// As a word: a newer server may know some that this client does not.
    #[serde(default)]
    pub protection: String,
    /// What its sender's program needs to know to seal a draft.
    #[serde(default, skip_serializing)]
    pub(crate) sealing: Option<TransferSealing>,
    pub file_count: u64,
    pub byte_count: u64,
    #[serde(default)]
    pub files: Vec<TransferFile>,
    #[serde(default)]
    pub uploads: Vec<TransferUpload>,
    #[serde(default)]
    pub recipients: Vec<Recipient>,
}

impl Transfer {
    /// Whether its recipients are asked for a password.
    pub(crate) fn needs_password(&self) -> bool {
        self.protection.parse().is_ok_and(Protection::needs_password)
    }
}

/// What a sender's program needs to know to seal a draft.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct TransferSealing {
    pub(crate) tenant: TenantId,
    /// base64url.
    pub(crate) server_half: crate::Secret,
}

/// What a sender's program has sealed of a transfer; each base64url.
#[derive(Serialize)]
pub(crate) struct NewSealing {
    pub(crate) content_key: String,
    pub(crate) proof_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recovery: Option<ContentKeyFor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) password_parameters: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
    /// Said last, when all files are there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contents: Option<String>,
}

/// What a sender's program has sealed of a file; each base64url.
#[derive(Serialize)]
pub(crate) struct NewFileSealing {
    pub(crate) file_key: String,
    pub(crate) manifest: String,
    /// What this program has found the file to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stated: Option<Stated>,
}

/// Within which rules somebody sends.
#[derive(Deserialize)]
pub(crate) struct Bootstrap {
    #[serde(default)]
    pub(crate) policy: Option<SendingPolicy>,
}

/// A tenant's recovery key.
#[derive(Clone, Deserialize)]
pub(crate) struct RecoveryKeyTold {
    public_key: String,
}

impl RecoveryKeyTold {
    /// The key, of which the fingerprint is made here.
    ///
    /// # Errors
    /// [`Error::RecoveryKeyUnfit`] if it is none.
    pub(crate) fn key(&self) -> Result<PublicKey, Error> {
        self.public_key.parse().map_err(|_| Error::RecoveryKeyUnfit)
    }
}

/// A content key that is sealed to a public key.
#[derive(Serialize)]
pub(crate) struct ContentKeyFor {
    pub(crate) fingerprint: String,
    /// Base64url.
    pub(crate) content_key: String,
}

/// As far as sealing here needs them.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct SendingPolicy {
    /// A word; a service of before there was the mode says none.
    #[serde(default)]
    pub(crate) zero_knowledge: Option<String>,
    /// Rules about files; a newer service may have some that cannot be read here.
    #[serde(default)]
    pub(crate) types: Option<serde_json::Value>,
    #[serde(default)]
    pub(crate) version: Option<u64>,
    #[serde(default)]
    pub(crate) recovery: Option<RecoveryKeyTold>,
    #[serde(default)]
    pub(crate) password_min_chars: u64,
    #[serde(default)]
    pub(crate) password_min_score: u64,
}

/// What is inside of a draft, a sender's or an outsider's.
#[derive(Deserialize)]
pub(crate) struct Inside {
    #[serde(default)]
    pub(crate) files: Vec<TransferFile>,
    #[serde(default)]
    pub(crate) uploads: Vec<TransferUpload>,
}

/// A finished file of a transfer; its name is unknown once it was sent with a password.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/api.md describes the fields")]
pub struct TransferFile {
    pub id: FileId,
    #[serde(default)]
    pub name: Option<String>,
    pub size: u64,
}

/// An unfinished upload of a transfer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/api.md describes the fields")]
pub struct TransferUpload {
    pub id: UploadId,
    pub size: Option<u64>,
    pub received: u64,
}

/// A recipient of a transfer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/api.md describes the fields")]
pub struct Recipient {
    pub id: RecipientId,
    #[serde(default)]
    pub email: String,
    pub state: String,
}

/// What sending answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/api.md describes the fields")]
pub struct SentTransfer {
    pub transfer: Transfer,
    pub links: Vec<SentLink>,
}

/// One recipient's link. Whoever has it can fetch the files, unless there is a password too.
#[derive(Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/api.md describes the fields")]
pub struct SentLink {
    pub recipient_id: RecipientId,
    pub email: String,
    pub url: String,
}

impl fmt::Debug for SentLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentLink").field("recipient_id", &self.recipient_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_password() {
        let new = NewTransfer {
            mode: None,
            recipients: Vec::new(),
            subject: None,
            message: Some("hunter2"),
            expires_at: None,
            protection: None,
            password: Some("hunter2"),
            max_downloads: None,
            send_as: None,
        };
        assert!(!format!("{new:?}").contains("hunter2"));
    }
}
