//! JSON of the HTTP API, as far as the client speaks it. `docs/api.md` says what the fields mean.
//!
//! Unknown fields are ignored, so that an older client can talk to a newer server. Times are RFC 3339 text, passed
//! on as they are.

use std::fmt;

use sealpost_domain::{
    FileId, PortalId, Protection, RecipientId, TransferId, UploadId, UploadRequestId, rules::FileKind,
};
use serde::{Deserialize, Serialize};

/// What a transfer is created with.
#[derive(Clone, Serialize)]
#[expect(missing_docs, reason = "docs/api.md describes the fields")]
pub struct NewTransfer<'a> {
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
    pub file_count: u64,
    pub byte_count: u64,
    #[serde(default)]
    pub files: Vec<TransferFile>,
    #[serde(default)]
    pub uploads: Vec<TransferUpload>,
    #[serde(default)]
    pub recipients: Vec<Recipient>,
}

/// A finished file of a transfer; its name is unknown once it was sent with a password.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/api.md describes the fields")]
pub struct TransferFile {
    pub id: FileId,
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
    Code,
    Password,
    #[serde(other)]
    Unknown,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct OpenedLink {
    pub(crate) delivery_id: RecipientId,
    pub(crate) protection: String,
    #[serde(default)]
    pub(crate) needed: Option<Needed>,
}

/// A code is on its way.
#[derive(Clone, Deserialize)]
pub(crate) struct SentCode {
    pub(crate) challenge: crate::Secret,
    pub(crate) hint: String,
}

/// A grant, or a proof of what was shown while the password is still to come.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Verified {
    Link(VerifiedLink),
    Proof { proof: crate::Secret },
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
}

/// Who sent it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/api.md describes the fields")]
pub struct Sender {
    pub email: String,
    #[serde(default)]
    pub name: String,
}

/// A file that a link delivers. The name is whatever the server says: never used as a path unchecked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/api.md describes the fields")]
pub struct DeliveryFile {
    pub id: FileId,
    pub name: String,
    pub size: u64,
    pub crc32: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_password() {
        let new = NewTransfer {
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
