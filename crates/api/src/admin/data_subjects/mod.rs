//! `/api/v1/admin/data-subjects`: what people ask for whose addresses are known.

pub(crate) mod erase;
pub(crate) mod find;

use sealpost_domain::EmailAddress;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::ApiError;

/// Whose data.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Subject {
    /// An e-mail address.
    email: String,
}

impl Subject {
    fn email(&self) -> Result<EmailAddress, ApiError> {
        self.email.parse().map_err(|_| ApiError::invalid("email is no e-mail address"))
    }
}

/// What was erased.
#[derive(Serialize, ToSchema)]
pub(crate) struct Erased {
    /// The user whose name, address and credentials were overwritten.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Uuid>,
    /// The same for a shared mailbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    mailbox: Option<Uuid>,
    /// Recipients who were removed from transfers, with their links.
    recipients: u64,
    /// Transfers that he has sent in by upload requests, and which name nobody any more.
    uploads: u64,
    /// Upload requests for him alone, which were closed.
    requests: u64,
    /// Browsers that need codes again.
    devices: u64,
    /// Audit entries that say nothing of him any more.
    entries: u64,
    /// Rules of the policy that name him. They are left as they are: change them if they are to go.
    rules_kept: Vec<String>,
}

impl From<sealpost_transfer::Erased> for Erased {
    fn from(erased: sealpost_transfer::Erased) -> Self {
        let sealpost_transfer::Erased {
            user,
            mailbox,
            recipients,
            uploads,
            requests,
            devices,
            entries,
            rules_kept,
        } = erased;
        Self {
            user: user.map(|id| id.as_uuid()),
            mailbox: mailbox.map(|id| id.as_uuid()),
            recipients,
            uploads,
            requests,
            devices,
            entries,
            rules_kept,
        }
    }
}
