//! JSON of the HTTP API, as far as the client speaks it. `docs/api.md` says what the fields mean.
//!
//! Unknown fields are ignored, so that an older client can talk to a newer server. Times are RFC 3339 text, passed
//! on as they are.

use std::{fmt, sync::Arc};

use sealpost_domain::{
    FileId, PortalId, Protection, RecipientId, TenantId, TransferId, TransferMode, UploadId, UploadRequestId,
    rules::FileKind,
};
use sealpost_sealed::PublicKey;
use serde::{Deserialize, Serialize};

use crate::{Error, fetch::SealedFile, keys::SealedTo, send::Stated};

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

/// What an upload request is made with.
#[derive(Clone, Serialize)]
#[expect(missing_docs, reason = "docs/api.md describes the fields")]
pub struct NewUploadRequest<'a> {
    pub title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<&'a str>,
    pub notify: bool,
    pub asks_code: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_files: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kinds: Option<&'a [FileKind]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<TransferMode>,
}

impl fmt::Debug for NewUploadRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewUploadRequest").field("max_uses", &self.max_uses).finish_non_exhaustive()
    }
}

/// An upload request as its user sees it.
#[derive(Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/api.md describes the fields")]
pub struct UploadRequest {
    pub id: UploadRequestId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    pub asks_code: bool,
    pub max_uses: u64,
    pub uses: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_files: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u64>,
    /// As words: a newer server may know some that this client does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Vec<String>>,
    /// As a word, as well. A service of before there was another says none.
    #[serde(default)]
    pub mode: String,
    pub open: bool,
    pub created_at: String,
    pub expires_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<String>,
}

/// Without the link.
impl fmt::Debug for UploadRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadRequest").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A page of upload requests.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "docs/api.md describes the fields")]
pub struct UploadRequestPage {
    pub requests: Vec<UploadRequest>,
    pub next: Option<UploadRequestId>,
}

/// Somebody whom an uploader shall be able to choose at a portal.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "docs/portals.md describes the fields")]
pub struct NewPortalRecipient {
    pub email: String,
    pub label: String,
}

impl fmt::Debug for NewPortalRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewPortalRecipient").finish_non_exhaustive()
    }
}

/// A portal as those see it who run the tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/portals.md describes the fields")]
pub struct Portal {
    pub id: PortalId,
    pub name: String,
    pub url: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    pub owner: PortalUser,
    pub recipients: Vec<PortalRecipient>,
    pub domains: Vec<String>,
    pub several: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_files: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u64>,
    pub asks_code: bool,
    pub enabled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unavailable: Option<String>,
    pub drafts: u64,
    pub created_at: String,
    pub changed_at: String,
}

/// Who owns a portal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/portals.md describes the fields")]
pub struct PortalUser {
    pub user_id: String,
    pub email: String,
    pub name: String,
}

/// Somebody whom an uploader may choose at a portal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/portals.md describes the fields")]
pub struct PortalRecipient {
    pub user_id: String,
    pub email: String,
    pub name: String,
    pub label: String,
    pub disabled: bool,
}

/// A tenant's portals.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "docs/portals.md describes the fields")]
pub struct PortalList {
    pub portals: Vec<Portal>,
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

/// What must be shown next before anything is had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Needed {
    Account,
    Code,
    Password,
    /// That one can open what its sender has sealed.
    Proof,
    #[serde(other)]
    Unknown,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct OpenedLink {
    pub(crate) delivery_id: RecipientId,
    pub(crate) protection: String,
    #[serde(default)]
    pub(crate) needed: Option<Needed>,
    /// As a word. A service of before there was another says none.
    #[serde(default)]
    pub(crate) mode: String,
    #[serde(default)]
    pub(crate) sealed_to_key: bool,
}

impl OpenedLink {
    pub(crate) fn is_sealed_by_sender(&self) -> bool {
        self.mode == TransferMode::ZeroKnowledge.as_str()
    }

    /// Whether a private key opens it, and no second part of the link.
    pub(crate) fn is_sealed_to_key(&self) -> bool {
        self.is_sealed_by_sender() && self.sealed_to_key
    }
}

/// A code is on its way.
#[derive(Clone, Deserialize)]
pub(crate) struct SentCode {
    pub(crate) challenge: crate::Secret,
    pub(crate) hint: String,
}

/// A grant; or the service's half of the secret of what its sender has sealed; or a proof of what was shown while the password is
/// still to come.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Verified {
    Link(Box<VerifiedLink>),
    Half(HalfTold),
    Proof { proof: crate::Secret },
}

/// The service's half.
#[derive(Clone, Deserialize)]
pub(crate) struct HalfTold {
    pub(crate) sealing: LinkSealing,
    pub(crate) ticket: crate::Secret,
    /// That a code was shown, if one was now: it comes as a cookie.
    #[serde(skip)]
    pub(crate) proof: Option<crate::Secret>,
}

/// What makes an access, beside the link and the password.
#[derive(Clone, Deserialize)]
pub(crate) struct LinkSealing {
    pub(crate) tenant: TenantId,
    pub(crate) transfer: TransferId,
    /// base64url.
    pub(crate) server_half: crate::Secret,
    /// base64url; absent if there is no password.
    #[serde(default)]
    pub(crate) password_parameters: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct VerifiedLink {
    pub(crate) grant: crate::Secret,
    pub(crate) delivery: Delivery,
}

/// What a link delivers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/api.md describes the fields")]
pub struct Delivery {
    pub id: RecipientId,
    pub sender: Sender,
    #[serde(default)]
    pub subject: Option<String>,
    #[serde(default)]
    pub message: Option<String>,
    pub expires_at: String,
    #[serde(default)]
    pub downloads_left: Option<u64>,
    pub files: Vec<DeliveryFile>,
    /// What its sender has sealed, as it came.
    #[serde(default, skip_serializing)]
    pub(crate) sealing: Option<DeliverySealing>,
    /// What somebody has sealed to keys of whoever gets it, as it came.
    #[serde(default, skip_serializing)]
    pub(crate) sealed_to: Option<SealedTo>,
}

/// What a sender's program has sealed of a delivery; each base64url.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct DeliverySealing {
    pub(crate) content_key: String,
    #[serde(default)]
    pub(crate) subject: Option<String>,
    #[serde(default)]
    pub(crate) message: Option<String>,
    #[serde(default)]
    pub(crate) contents: Option<String>,
}

/// What a sender's program has sealed of a file; each base64url.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct FileSealing {
    pub(crate) file_key: String,
    pub(crate) manifest: String,
}

/// Who sent it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/api.md describes the fields")]
pub struct Sender {
    pub email: String,
    #[serde(default)]
    pub name: String,
}

/// A file that a link delivers. The name is whatever the server says, or its sender: never used as a path unchecked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/api.md describes the fields")]
pub struct DeliveryFile {
    pub id: FileId,
    /// Empty, as the checksum is 0, of what its sender has sealed, until it is opened.
    #[serde(default)]
    pub name: String,
    pub size: u64,
    #[serde(default)]
    pub crc32: u32,
    /// What the sender's program states it to be, in words of the rules about files: nobody has checked.
    #[serde(default)]
    pub stated_kinds: Vec<String>,
    /// What its sender has sealed, as it came.
    #[serde(default, skip_serializing)]
    pub(crate) sealing: Option<FileSealing>,
    /// The same, opened.
    #[serde(skip)]
    pub(crate) sealed: Option<Arc<SealedFile>>,
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
