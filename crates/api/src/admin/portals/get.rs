//! `GET /api/v1/admin/portals/{portal_id}`

use actix_web::{HttpResponse, get};
use sealpost_auth::TenantReader;
use sealpost_domain::PortalId;

use super::Portal;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Auditor,
    path::Id,
};

/// Shows a portal
#[utoipa::path(
    tag = "admin",
    operation_id = "get_portal",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("portal_id" = Uuid, Path)),
    responses(
        (status = 200, body = Portal),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/portals/{portal_id}")]
pub(crate) async fn get(app: App, auditor: Auditor, id: Id<PortalId>) -> Result<HttpResponse, ApiError> {
    let view = app.tenancy().portal(&TenantReader::from(&auditor.0), id.0).await?;
    Ok(HttpResponse::Ok().json(Portal::of(&app, view).await?))
}
