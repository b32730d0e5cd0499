//! `POST /api/v1/account/recovery-codes`

use actix_web::{HttpResponse, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAccount,
};

/// Codes that let in who has lost his second factor. Each counts once.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryCodes {
    /// They are shown this once.
    codes: Vec<String>,
}

/// Makes new recovery codes in place of the old
///
/// Takes a session that has shown a credential a moment ago.
#[utoipa::path(
    tag = "account",
    operation_id = "renew_recovery_codes",
    security(("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = RecoveryCodes),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/account/recovery-codes")]
pub(crate) async fn renew(app: App, account: SteppedAccount) -> Result<HttpResponse, ApiError> {
    let codes = app.auth().renew_recovery_codes(&account.0).await?;
    Ok(HttpResponse::Ok().json(RecoveryCodes { codes }))
}
