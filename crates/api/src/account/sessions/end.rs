//! `DELETE /api/v1/account/sessions/{session_id}`

use actix_web::{HttpResponse, delete};
use sealpost_domain::SessionId;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Account,
    path::Id,
};

/// Ends a session of one's own
#[utoipa::path(
    tag = "account",
    operation_id = "end_own_session",
    security(("session" = []), ("session_cookie" = [])),
    params(("session_id" = Uuid, Path)),
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/account/sessions/{session_id}")]
pub(crate) async fn end(app: App, account: Account, id: Id<SessionId>) -> Result<HttpResponse, ApiError> {
    app.auth().end_own_session(&account.0, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
