//! `POST /api/v1/account/passkeys/begin`

use actix_web::{HttpResponse, post};

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Pending,
    signin::passkey::PasskeyCeremony,
};

/// Begins to add a passkey to one's own
///
/// Takes a session that has shown a credential a moment ago, or one whose sign-in waits for a second factor that its user
/// does not have yet. 404 where this service has no name that passkeys could be bound to.
#[utoipa::path(
    tag = "account",
    operation_id = "begin_passkey",
    security(("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = PasskeyCeremony),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/account/passkeys/begin")]
pub(crate) async fn begin(app: App, pending: Pending) -> Result<HttpResponse, ApiError> {
    let by = app.auth().enrolment(pending.0).await?;
    Ok(HttpResponse::Ok().json(PasskeyCeremony::from(app.auth().begin_passkey(&by).await?)))
}
