//! `DELETE /api/v1/account/totp`

use actix_web::{HttpResponse, delete};

use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAccount,
};

/// Removes the app that makes codes
///
/// Takes a session that has shown a credential a moment ago. Refused while the tenant asks for a second factor and there is
/// no other.
#[utoipa::path(
    tag = "account",
    operation_id = "remove_totp",
    security(("session" = []), ("session_cookie" = [])),
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/account/totp")]
pub(crate) async fn remove(app: App, account: SteppedAccount) -> Result<HttpResponse, ApiError> {
    app.auth().remove_totp(&account.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
