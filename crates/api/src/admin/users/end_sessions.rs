//! `DELETE /api/v1/admin/users/{user_id}/sessions`

use actix_web::{HttpResponse, delete};
use sealpost_domain::UserId;

use crate::{
    App,
    account::sessions::end_all::SessionsEnded,
    error::{ApiError, Problem},
    grant::Admin,
    path::Id,
};

/// Signs a user out everywhere
#[utoipa::path(
    tag = "admin",
    operation_id = "end_user_sessions",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("user_id" = Uuid, Path)),
    responses(
        (status = 200, body = SessionsEnded),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/admin/users/{user_id}/sessions")]
pub(crate) async fn end_sessions(app: App, admin: Admin, id: Id<UserId>) -> Result<HttpResponse, ApiError> {
    let ended = app.auth().end_sessions_of(&admin.0.manage(), id.0).await?;
    Ok(HttpResponse::Ok().json(SessionsEnded { ended }))
}
