//! `GET /api/v1/admin/incidents`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::Incident;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Auditor,
};

/// The latest 200 notices, the latest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct Incidents {
    incidents: Vec<Incident>,
}

/// Lists what the operator has told the tenant of incidents, and who has acknowledged it
#[utoipa::path(
    tag = "admin",
    operation_id = "list_incidents",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = Incidents),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/incidents")]
pub(crate) async fn list(app: App, auditor: Auditor) -> Result<HttpResponse, ApiError> {
    let incidents = app.tenancy().incidents(&(&auditor.0).into()).await?;
    Ok(HttpResponse::Ok().json(Incidents { incidents: incidents.into_iter().map(Incident::from).collect() }))
}
