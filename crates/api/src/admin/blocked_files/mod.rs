//! `/api/v1/admin/blocked-files`

pub(crate) mod block;
pub(crate) mod list;
pub(crate) mod unblock;

use data_encoding::HEXLOWER;
use sealpost_domain::UserId;
use sealpost_transfer::BlockedFileView;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::Time;

/// A file that nobody in the tenant may send.
#[derive(Serialize, ToSchema)]
pub(crate) struct BlockedFile {
    id: Uuid,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    sha256: String,
    /// Its bytes; absent if that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    length: Option<u64>,
    /// Why; may be empty.
    note: String,
    /// Who has blocked it; absent if it was the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    blocked_by: Option<Uuid>,
    created_at: Time,
    /// When everything that had been sent before was compared; absent as long as that goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    searched_at: Option<Time>,
    /// Transfers that were found and blocked.
    found: u64,
    /// Files that could not be compared: a password protects them from the service, and they were sent before.
    unreadable: u64,
}

impl From<BlockedFileView> for BlockedFile {
    fn from(view: BlockedFileView) -> Self {
        Self {
            id: view.id.as_uuid(),
            sha256: HEXLOWER.encode(&view.sha256),
            length: view.length,
            note: view.note,
            blocked_by: view.blocked_by.map(UserId::as_uuid),
            created_at: view.created_at.into(),
            searched_at: view.searched_at.map(Time::from),
            found: view.found,
            unreadable: view.unreadable,
        }
    }
}
