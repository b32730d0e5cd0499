//! `DELETE /api/v1/admin/support-access/{grant_id}`

use actix_web::{HttpResponse, delete};
use sealpost_domain::SupportGrantId;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Owner,
    path::Id,
};

/// Takes it back that the operator's support may look in
///
/// From the next request on.
#[utoipa::path(
    tag = "admin",
    operation_id = "withdraw_support",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("grant_id" = Uuid, Path)),
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/admin/support-access/{grant_id}")]
pub(crate) async fn withdraw(
    app: App,
    owner: Owner,
    id: Id<SupportGrantId>,
) -> Result<HttpResponse, ApiError> {
    app.tenancy().withdraw_support(&owner.0, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
