//! What a link asks for, and what it delivers.

use std::sync::Arc;

use sealpost_domain::{FileId, RecipientId, TenantId, TransferId, TransferMode};
use serde::{Deserialize, Serialize};

use crate::{fetch::SealedFile, keys::SealedTo};

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
