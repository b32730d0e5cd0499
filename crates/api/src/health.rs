//! `GET /healthz` and `GET /readyz`: for load balancers and supervisors.

use std::time::Duration;

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

/// What is silent for longer is not there: whoever asks shall hear so before he stops listening.
const PATIENCE: Duration = Duration::from_secs(5);

const OK: Health = Health { status: "ok" };

/// Answers as long as the process does
#[utoipa::path(tag = "health", operation_id = "health", responses((status = 200, body = Health)))]
#[get("/healthz")]
pub(crate) async fn health() -> HttpResponse {
    HttpResponse::Ok().json(OK)
}

/// Answers if database, vault and blob store do, and the node is not about to end
#[utoipa::path(
    tag = "health",
    operation_id = "ready",
    responses(
        (status = 200, body = Health),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Something does not answer, or the node ends."),
    ),
)]
#[get("/readyz")]
pub(crate) async fn ready(app: App) -> Result<HttpResponse, ApiError> {
    if app.drain().has_begun() {
        return Err(ApiError::stopping());
    }
    match tokio::time::timeout(PATIENCE, app.service().ready()).await {
        Ok(ready) => ready?,
        Err(_elapsed) => return Err(ApiError::silent()),
    }
    Ok(HttpResponse::Ok().json(OK))
}
