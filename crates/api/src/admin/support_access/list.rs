//! `GET /api/v1/admin/support-access`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::SupportAccess;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Owner,
};

/// The latest hundred leaves, the latest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct SupportAccessList {
    support_access: Vec<SupportAccess>,
}

/// Lists when the operator's support was let in, and what for
#[utoipa::path(
    tag = "admin",
    operation_id = "list_support_access",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = SupportAccessList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/support-access")]
pub(crate) async fn list(app: App, owner: Owner) -> Result<HttpResponse, ApiError> {
    let grants = app.tenancy().support_grants(&owner.0).await?;
    let support_access = grants.into_iter().map(SupportAccess::from).collect();
    Ok(HttpResponse::Ok().json(SupportAccessList { support_access }))
}
