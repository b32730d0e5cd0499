//! `GET /api/v1/admin/policy`

use actix_web::{HttpResponse, get};

use crate::{
    error::{ApiError, Problem},
    grant::Auditor,
};

/// Shows the tenant's rules
#[utoipa::path(
    tag = "admin",
    operation_id = "get_policy",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, description = "The rules; `docs/operations.md` lists them.", body = serde_json::Value),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/policy")]
pub(crate) async fn get(auditor: Auditor) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(auditor.0.policy()))
}
