//! `/api/v1/signin/passkey`: the two halves of a ceremony (WebAuthn Level 3, section 7.2).

pub(crate) mod begin;
pub(crate) mod finish;

use sealpost_auth::Ceremony;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A ceremony that has begun.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasskeyCeremony {
    /// What `navigator.credentials` is given under `publicKey`; binary values are in base64url.
    #[schema(value_type = Object)]
    options: Value,
    /// Has to come back with the answer, within five minutes.
    state: String,
}

impl From<Ceremony> for PasskeyCeremony {
    fn from(ceremony: Ceremony) -> Self {
        Self { options: ceremony.options, state: ceremony.state }
    }
}
