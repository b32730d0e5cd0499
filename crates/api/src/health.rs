//! `GET /healthz` and `GET /readyz`: for load balancers and supervisors.

use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
};

/// How the service is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`
    status: &'static str,
}

const OK: Health = Health { status: "ok" };

/// Answers as long as the process does
#[utoipa::path(tag = "health", operation_id = "health", responses((status = 200, body = Health)))]
#[get("/healthz")]
pub(crate) async fn health() -> HttpResponse {
    HttpResponse::Ok().json(OK)
}

/// Answers if database, vault and blob store do
#[utoipa::path(
    tag = "health",
    operation_id = "ready",
    responses(
        (status = 200, body = Health),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Something does not answer."),
    ),
)]
#[get("/readyz")]
pub(crate) async fn ready(app: App) -> Result<HttpResponse, ApiError> {
    app.service().ready().await?;
    Ok(HttpResponse::Ok().json(OK))
}
