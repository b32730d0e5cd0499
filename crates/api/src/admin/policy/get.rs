//! `GET /api/v1/admin/policy`

use actix_web::{HttpResponse, get};

use super::{Policy, answer};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Auditor,
};

/// Shows the tenant's policy
#[utoipa::path(
    tag = "admin",
    operation_id = "get_policy",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = Policy),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/policy")]
pub(crate) async fn get(app: App, auditor: Auditor) -> Result<HttpResponse, ApiError> {
    Ok(answer(app.tenancy().policy(&(&auditor.0).into()).await?))
}
