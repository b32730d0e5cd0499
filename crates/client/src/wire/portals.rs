//! Upload portals.

use std::fmt;

use sealpost_domain::PortalId;
use serde::{Deserialize, Serialize};

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
