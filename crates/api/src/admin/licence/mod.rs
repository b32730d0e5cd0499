//! `/api/v1/admin/licence`

pub(crate) mod get;
pub(crate) mod install;

use sealpost_domain::{Licence, LicenceState};
use sealpost_tenancy::LicenceStatus;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::Time;

/// Where the tenant stands with its licence.
#[derive(Serialize, ToSchema)]
pub(crate) struct LicenceReport {
    /// `active`; `grace` (it has ended and counts a little longer); `expired`; `missing`; `not_required` (this installation asks for none).
    #[schema(value_type = String, example = "active")]
    state: LicenceState,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    licence: Option<InstalledLicence>,
    /// Why what is installed does not count: `not_genuine`, if its key was taken out of the configuration, or `other_tenant`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    refused: Option<&'static str>,
    /// How many users may send; absent if there is no bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    seats: Option<u64>,
    /// How many users were given a seat; those who are disabled do not count.
    seats_assigned: u64,
    /// How many of them hold none, because the licence has fewer.
    seats_over: u64,
}

/// What a licence says.
#[derive(Serialize, ToSchema)]
pub(crate) struct InstalledLicence {
    id: Uuid,
    /// Short name or id.
    tenant: String,
    customer: String,
    seats: u32,
    features: Vec<String>,
    issued_at: Time,
    expires_at: Time,
    /// Until when it counts beyond its end.
    grace_ends_at: Time,
    /// Which key has signed it.
    key: String,
}

impl From<LicenceStatus> for LicenceReport {
    fn from(status: LicenceStatus) -> Self {
        let (seats, over) = (status.standing.seats(), status.over());
        Self {
            state: status.standing.state,
            licence: status.standing.licence.map(InstalledLicence::from),
            refused: status.standing.refused.map(|refused| refused.as_str()),
            seats,
            seats_assigned: status.assigned,
            seats_over: over,
        }
    }
}

impl From<Licence> for InstalledLicence {
    fn from(licence: Licence) -> Self {
        Self {
            id: licence.id.as_uuid(),
            tenant: licence.tenant.to_string(),
            grace_ends_at: licence.grace_ends_at().into(),
            customer: licence.customer,
            seats: licence.seats,
            features: licence.features.into_iter().map(String::from).collect(),
            issued_at: licence.issued_at.into(),
            expires_at: licence.expires_at.into(),
            key: licence.key.into(),
        }
    }
}
