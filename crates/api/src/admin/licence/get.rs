//! `GET /api/v1/admin/licence`

use actix_web::{HttpResponse, get};

use super::LicenceReport;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Auditor,
};

/// Shows where the tenant stands with its licence and its seats
#[utoipa::path(
    tag = "admin",
    operation_id = "get_licence",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = LicenceReport),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/licence")]
pub(crate) async fn get(app: App, auditor: Auditor) -> Result<HttpResponse, ApiError> {
    let status = app.tenancy().licence_status(auditor.0.tenant()).await?;
    Ok(HttpResponse::Ok().json(LicenceReport::from(status)))
}
