//! `PUT /api/v1/account/key-pairs/{key_pair_id}/passphrase`

use actix_web::{HttpResponse, put};
use sealpost_auth::PassphraseSealed;
use sealpost_domain::KeyPairId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::PassphraseKey;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAccount,
    json::Body,
    path::Id,
    wire::Base64Url,
};

/// The private key under another passphrase.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeKeyPassphrase {
    /// The key pair's, as it was when the private key was opened.
    revision: u64,
    /// Salt and costs of the passphrase's key: 29 bytes, at least 64 MiB and 3 passes.
    parameters: Base64Url,
    /// The private key under that: 104 bytes.
    private_key: Base64Url,
}

/// Keeps a private key of one's own under another passphrase
///
/// The passphrase before opens it no more, in this installation: what somebody has copied before stays as it was. Takes a session
/// that has shown a credential a moment ago. 409 `key_changed` if somebody was faster.
#[utoipa::path(
    tag = "account",
    operation_id = "change_key_passphrase",
    security(("session" = []), ("session_cookie" = [])),
    params(("key_pair_id" = Uuid, Path)),
    request_body = ChangeKeyPassphrase,
    responses(
        (status = 204, description = "It is kept."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[put("/api/v1/account/key-pairs/{key_pair_id}/passphrase")]
pub(crate) async fn passphrase(
    app: App,
    account: SteppedAccount,
    id: Id<KeyPairId>,
    body: Body<ChangeKeyPassphrase>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let key = PassphraseKey { parameters: input.parameters, private_key: input.private_key };
    let sealed = PassphraseSealed::try_from(key)?;
    app.auth().change_key_passphrase(&account.0, id.0, input.revision, &sealed).await?;
    Ok(HttpResponse::NoContent().finish())
}
