//! `GET /api/v1/account/passkeys`

use actix_web::{HttpResponse, get};
use sealpost_auth::PasskeyView;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Account,
    wire::{Base64Url, Time},
};

/// One's passkeys, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasskeyList {
    passkeys: Vec<Passkey>,
}

/// A passkey.
#[derive(Serialize, ToSchema)]
pub(crate) struct Passkey {
    id: Uuid,
    /// The id that its authenticator has given it, for `allowCredentials`.
    credential_id: Base64Url,
    /// What its owner calls it.
    label: String,
    created_at: Time,
    /// When somebody has signed in with it last; absent if nobody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    last_used_at: Option<Time>,
}

/// Lists one's own passkeys
#[utoipa::path(
    tag = "account",
    operation_id = "list_passkeys",
    security(("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = PasskeyList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/account/passkeys")]
pub(crate) async fn list(app: App, account: Account) -> Result<HttpResponse, ApiError> {
    let passkeys = app.auth().own_passkeys(&account.0).await?;
    Ok(HttpResponse::Ok().json(PasskeyList { passkeys: passkeys.into_iter().map(Passkey::from).collect() }))
}

impl From<PasskeyView> for Passkey {
    fn from(passkey: PasskeyView) -> Self {
        Self {
            id: passkey.id.as_uuid(),
            credential_id: Base64Url(passkey.credential),
            label: passkey.label,
            created_at: passkey.created_at.into(),
            last_used_at: passkey.last_used_at.map(Time::from),
        }
    }
}
