//! `DELETE /api/v1/account/key-pairs/{key_pair_id}/passkeys/{passkey_id}`

use actix_web::{HttpResponse, delete};
use sealpost_domain::{KeyPairId, PasskeyId};

use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAccount,
    path::Id,
};

/// Lets a passkey open a private key of one's own no more
///
/// The passphrase opens it as before. Takes a session that has shown a credential a moment ago.
#[utoipa::path(
    tag = "account",
    operation_id = "remove_key_passkey",
    security(("session" = []), ("session_cookie" = [])),
    params(("key_pair_id" = Uuid, Path), ("passkey_id" = Uuid, Path)),
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/account/key-pairs/{key_pair_id}/passkeys/{passkey_id}")]
pub(crate) async fn remove_passkey(
    app: App,
    account: SteppedAccount,
    id: Id<KeyPairId>,
    passkey: Id<PasskeyId>,
) -> Result<HttpResponse, ApiError> {
    app.auth().remove_key_passkey(&account.0, (id.0, passkey.0)).await?;
    Ok(HttpResponse::NoContent().finish())
}
