//! `GET /api/v1/admin/forwarding/{target_id}`

use actix_web::{HttpResponse, get};
use sealpost_domain::ForwardingTargetId;

use super::ForwardingTarget;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Owner,
    path::Id,
};

/// Shows a place to which audit entries are sent on, and how far that has come
#[utoipa::path(
    tag = "admin",
    operation_id = "get_forwarding",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("target_id" = Uuid, Path)),
    responses(
        (status = 200, body = ForwardingTarget),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/forwarding/{target_id}")]
pub(crate) async fn get(
    app: App,
    owner: Owner,
    id: Id<ForwardingTargetId>,
) -> Result<HttpResponse, ApiError> {
    let view = app.tenancy().forwarding_target(&owner.0, id.0).await?;
    Ok(HttpResponse::Ok().json(ForwardingTarget::from(view)))
}
