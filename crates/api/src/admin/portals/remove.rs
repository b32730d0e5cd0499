//! `DELETE /api/v1/admin/portals/{portal_id}`

use actix_web::{HttpResponse, delete};
use sealpost_domain::PortalId;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    path::Id,
};

/// Takes a portal away
///
/// It takes nothing from now on, not even of what is being uploaded. What has come in stays.
#[utoipa::path(
    tag = "admin",
    operation_id = "remove_portal",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("portal_id" = Uuid, Path)),
    responses(
        (status = 204, description = "It is gone."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/admin/portals/{portal_id}")]
pub(crate) async fn remove(app: App, admin: Admin, id: Id<PortalId>) -> Result<HttpResponse, ApiError> {
    app.tenancy().remove_portal(&admin.0.manage(), id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
