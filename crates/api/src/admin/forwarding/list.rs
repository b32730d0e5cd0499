//! `GET /api/v1/admin/forwarding`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::ForwardingTarget;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Owner,
};

/// The places to which a tenant's audit entries are sent on, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ForwardingList {
    forwarding: Vec<ForwardingTarget>,
}

/// Lists where audit entries are sent on to, and how far that has come
#[utoipa::path(
    tag = "admin",
    operation_id = "list_forwarding",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = ForwardingList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/forwarding")]
pub(crate) async fn list(app: App, owner: Owner) -> Result<HttpResponse, ApiError> {
    let targets = app.tenancy().forwarding_targets(&owner.0).await?;
    let forwarding = targets.into_iter().map(ForwardingTarget::from).collect();
    Ok(HttpResponse::Ok().json(ForwardingList { forwarding }))
}
