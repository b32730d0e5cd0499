//! `GET /api/v1/admin/recoveries`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::Recovery;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Auditor,
};

/// The latest hundred, the latest first; those for transfers that are gone are gone with them.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryList {
    recoveries: Vec<Recovery>,
}

/// Lists who has asked for the use of the recovery key
#[utoipa::path(
    tag = "admin",
    operation_id = "list_recoveries",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = RecoveryList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/recoveries")]
pub(crate) async fn list(app: App, auditor: Auditor) -> Result<HttpResponse, ApiError> {
    let found = app.service().recoveries(&(&auditor.0).into()).await?;
    Ok(HttpResponse::Ok().json(RecoveryList { recoveries: found.into_iter().map(Recovery::from).collect() }))
}
