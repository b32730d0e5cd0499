//! `PUT /api/v1/admin/policy`

use actix_web::{HttpResponse, put};
use sealpost_domain::Policy;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    json::Body,
};

/// Gives the tenant other rules
///
/// What is left out has its default. They count from the next request on, on every node. Takes a session that has shown a
/// credential a moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "set_policy",
    security(("session" = []), ("session_cookie" = [])),
    request_body(content = serde_json::Value, description = "The rules; `docs/operations.md` lists them."),
    responses(
        (status = 200, description = "The rules as they are now.", body = serde_json::Value),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[put("/api/v1/admin/policy")]
pub(crate) async fn set(app: App, admin: SteppedAdmin, body: Body<Policy>) -> Result<HttpResponse, ApiError> {
    let policy = body.read().await?;
    app.tenancy().set_policy(&admin.0.manage(), &policy).await?;
    Ok(HttpResponse::Ok().json(policy))
}
