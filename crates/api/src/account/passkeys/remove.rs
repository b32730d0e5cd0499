//! `DELETE /api/v1/account/passkeys/{passkey_id}`

use actix_web::{HttpResponse, delete};
use sealpost_domain::PasskeyId;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAccount,
    path::Id,
};

/// Removes a passkey of one's own
///
/// Takes a session that has shown a credential a moment ago. Refused while the tenant asks for a second factor and there is
/// no other.
#[utoipa::path(
    tag = "account",
    operation_id = "remove_passkey",
    security(("session" = []), ("session_cookie" = [])),
    params(("passkey_id" = Uuid, Path)),
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/account/passkeys/{passkey_id}")]
pub(crate) async fn remove(
    app: App,
    account: SteppedAccount,
    id: Id<PasskeyId>,
) -> Result<HttpResponse, ApiError> {
    app.auth().remove_passkey(&account.0, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
