//! `/api/v1/admin/recoveries`: the tenant's recovery key is used, if two agree.

pub(crate) mod approve;
pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod material;
pub(crate) mod refuse;

use sealpost_transfer::RecoveryView;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::Time;

/// Somebody's wish to open a transfer with the recovery key.
#[derive(Serialize, ToSchema)]
pub(crate) struct Recovery {
    id: Uuid,
    transfer_id: Uuid,
    /// `pending`, `approved`, `refused`, or `over` once its time is.
    #[schema(value_type = String)]
    state: &'static str,
    reason: String,
    requested_by: Uuid,
    created_at: Time,
    /// Until when somebody else may approve.
    decide_until: Time,
    /// Absent as long as nobody has decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    decided_by: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    decided_at: Option<Time>,
    /// Until when whoever has asked may fetch what is sealed to the key; absent unless it was approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    fetch_until: Option<Time>,
}

impl From<RecoveryView> for Recovery {
    fn from(view: RecoveryView) -> Self {
        Self {
            id: view.id.as_uuid(),
            transfer_id: view.transfer.as_uuid(),
            state: view.state.as_str(),
            reason: view.reason,
            requested_by: view.requested_by.as_uuid(),
            created_at: view.created_at.into(),
            decide_until: view.decide_until.into(),
            decided_by: view.decided_by.map(|user| user.as_uuid()),
            decided_at: view.decided_at.map(Time::from),
            fetch_until: view.fetch_until.map(Time::from),
        }
    }
}
