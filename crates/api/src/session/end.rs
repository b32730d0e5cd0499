//! `DELETE /api/v1/session`

use actix_web::{HttpResponse, delete};

use crate::{
    App,
    error::{ApiError, Problem},
    grant::{Pending, forget_session},
};

/// Signs out
///
/// Also while the sign-in is not complete.
#[utoipa::path(
    tag = "session",
    operation_id = "end_session",
    security(("session" = []), ("session_cookie" = [])),
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/session")]
pub(crate) async fn end(app: App, pending: Pending) -> Result<HttpResponse, ApiError> {
    app.auth().end_session(&pending.0).await?;
    Ok(HttpResponse::NoContent().cookie(forget_session(&app)).finish())
}
