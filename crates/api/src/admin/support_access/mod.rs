//! `/api/v1/admin/support-access`: an owner lets the operator's support look in, and takes it back.

pub(crate) mod allow;
pub(crate) mod list;
pub(crate) mod withdraw;

use sealpost_tenancy::SupportGrantView;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::Time;

/// An owner's leave for the operator's support to look in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SupportAccess {
    id: Uuid,
    /// The owner who gave it.
    given_by: Uuid,
    reason: String,
    created_at: Time,
    expires_at: Time,
    /// Absent unless it was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    withdrawn_at: Option<Time>,
}

impl From<SupportGrantView> for SupportAccess {
    fn from(grant: SupportGrantView) -> Self {
        Self {
            id: grant.id.as_uuid(),
            given_by: grant.given_by.as_uuid(),
            reason: grant.reason,
            created_at: grant.created_at.into(),
            expires_at: grant.expires_at.into(),
            withdrawn_at: grant.withdrawn_at.map(Time::from),
        }
    }
}
