//! `GET /api/v1/admin/portals`

use actix_web::{HttpResponse, get};
use sealpost_auth::TenantReader;
use serde::Serialize;
use utoipa::ToSchema;

use super::Portal;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Auditor,
};

/// A tenant's portals, by their names.
#[derive(Serialize, ToSchema)]
pub(crate) struct PortalList {
    portals: Vec<Portal>,
}

/// Lists portals, by their names
#[utoipa::path(
    tag = "admin",
    operation_id = "list_portals",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = PortalList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/portals")]
pub(crate) async fn list(app: App, auditor: Auditor) -> Result<HttpResponse, ApiError> {
    let views = app.tenancy().portals(&TenantReader::from(&auditor.0)).await?;
    let mut portals = Vec::with_capacity(views.len());
    for view in views {
        portals.push(Portal::of(&app, view).await?);
    }
    Ok(HttpResponse::Ok().json(PortalList { portals }))
}
