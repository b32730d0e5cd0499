//! `GET /api/v1/admin/users/{user_id}`

use actix_web::{HttpResponse, get};
use sealpost_domain::UserId;

use super::User;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    path::Id,
};

/// Shows a user
#[utoipa::path(
    tag = "admin",
    operation_id = "get_user",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("user_id" = Uuid, Path)),
    responses(
        (status = 200, body = User),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/users/{user_id}")]
pub(crate) async fn get(app: App, admin: Admin, id: Id<UserId>) -> Result<HttpResponse, ApiError> {
    let user = app.tenancy().user(&admin.0.manage(), id.0).await?;
    Ok(HttpResponse::Ok().json(User::from(user)))
}
