//! `PUT /api/v1/account/key-pairs/{key_pair_id}/passkeys/{passkey_id}`

use actix_web::{HttpResponse, put};
use sealpost_domain::{KeyPairId, PasskeyId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAccount,
    json::Body,
    path::Id,
    wire::Base64Url,
};

/// The private key under what the passkey makes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutKeyPasskey {
    /// 104 bytes.
    private_key: Base64Url,
}

/// Keeps a private key of one's own under what a passkey makes, too
///
/// Done again, it takes the place of what was there. It goes with the passkey. Takes a session that has shown a credential a
/// moment ago.
#[utoipa::path(
    tag = "account",
    operation_id = "put_key_passkey",
    security(("session" = []), ("session_cookie" = [])),
    params(("key_pair_id" = Uuid, Path), ("passkey_id" = Uuid, Path)),
    request_body = PutKeyPasskey,
    responses(
        (status = 204, description = "It is kept."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[put("/api/v1/account/key-pairs/{key_pair_id}/passkeys/{passkey_id}")]
pub(crate) async fn passkey(
    app: App,
    account: SteppedAccount,
    id: Id<KeyPairId>,
    passkey: Id<PasskeyId>,
    body: Body<PutKeyPasskey>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    app.auth().put_key_passkey(&account.0, (id.0, passkey.0), &input.private_key.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
