//! `/api/v1/admin/clients`

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod revoke;
pub(crate) mod rotate;

use sealpost_auth::{ApiClientView, IssuedClient};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::Time;

/// A program that signs in by itself (OAuth 2.0, client credentials) and acts as a user.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiClient {
    /// Its `client_id`.
    id: Uuid,
    name: String,
    /// As whom it acts.
    user_id: Uuid,
    /// What it may be used for; words with blanks between. It never does what its user may not.
    #[schema(example = "scim")]
    scopes: String,
    created_at: Time,
    /// Until when the secret before its present one counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    previous_secret_until: Option<Time>,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    revoked_at: Option<Time>,
}

/// A client with the secret that it was given.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiClientSecret {
    client: ApiClient,
    /// Its `client_secret`. It is shown this once.
    #[schema(format = Password)]
    secret: String,
}

impl From<ApiClientView> for ApiClient {
    fn from(client: ApiClientView) -> Self {
        Self {
            id: client.id.as_uuid(),
            name: client.name,
            user_id: client.user.as_uuid(),
            scopes: client.scopes.to_string(),
            created_at: client.created_at.into(),
            previous_secret_until: client.previous_until.map(Time::from),
            revoked_at: client.revoked_at.map(Time::from),
        }
    }
}

impl From<IssuedClient> for ApiClientSecret {
    fn from(issued: IssuedClient) -> Self {
        Self { client: issued.client.into(), secret: issued.secret }
    }
}
