//! `POST /api/v1/account/key-pairs`

use actix_web::{HttpResponse, post};
use sealpost_auth::NewKeyPair;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::PassphraseKey;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAccount,
    json::Body,
    wire::Base64Url,
};

/// A key pair that one's program has made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateKeyPair {
    /// X25519: 32 bytes.
    public_key: Base64Url,
    /// The private key under the passphrase.
    passphrase: PassphraseKey,
    /// The fingerprint of the one that counts, in whose place it comes; absent if there is none.
    replaces: Option<String>,
}

/// A key pair that was kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedKeyPair {
    pub(crate) id: Uuid,
}

/// Keeps a key pair that one's own program has made
///
/// What is sealed to one is sealed to it from now on; the one before stays as long as anything is sealed to it. Its owner is
/// told by mail. Takes a session that has shown a credential a moment ago. 409 `key_changed` if another one counts than
/// `replaces` says.
#[utoipa::path(
    tag = "account",
    operation_id = "create_key_pair",
    security(("session" = []), ("session_cookie" = [])),
    request_body = CreateKeyPair,
    responses(
        (status = 201, body = CreatedKeyPair),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/account/key-pairs")]
pub(crate) async fn create(
    app: App,
    account: SteppedAccount,
    body: Body<CreateKeyPair>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let new = NewKeyPair::new(&input.public_key.0, input.passphrase.try_into()?, input.replaces.as_deref())?;
    let id = app.auth().create_key_pair(&account.0, &new).await?;
    Ok(HttpResponse::Created().json(CreatedKeyPair { id: id.as_uuid() }))
}
