//! Upload requests.

use std::fmt;

use sealpost_domain::{TransferMode, UploadRequestId, rules::FileKind};
use serde::{Deserialize, Serialize};

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
