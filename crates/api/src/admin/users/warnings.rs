//! `GET /api/v1/admin/users/{user_id}/warnings`

use actix_web::{HttpResponse, get};
use sealpost_domain::UserId;
use serde::Serialize;
use utoipa::ToSchema;

use super::warn::Warning;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    path::Id,
};

/// What a user was warned of.
#[derive(Serialize, ToSchema)]
pub(crate) struct Warnings {
    /// Newest first, at most 100.
    warnings: Vec<Warning>,
}

/// What a user was warned of
#[utoipa::path(
    tag = "admin",
    operation_id = "list_warnings",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("user_id" = Uuid, Path)),
    responses(
        (status = 200, body = Warnings),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/users/{user_id}/warnings")]
pub(crate) async fn warnings(app: App, admin: Admin, id: Id<UserId>) -> Result<HttpResponse, ApiError> {
    let found = app.tenancy().warnings(&admin.0.manage(), id.0).await?;
    Ok(HttpResponse::Ok().json(Warnings { warnings: found.into_iter().map(Warning::from).collect() }))
}
