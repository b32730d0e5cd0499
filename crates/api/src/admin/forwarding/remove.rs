//! `DELETE /api/v1/admin/forwarding/{target_id}`

use actix_web::{HttpResponse, delete};
use sealpost_domain::ForwardingTargetId;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedOwner,
    path::Id,
};

/// Has audit entries sent on to a place no longer
///
/// For owners, with a session that has shown a credential a moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "remove_forwarding",
    security(("session" = []), ("session_cookie" = [])),
    params(("target_id" = Uuid, Path)),
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/admin/forwarding/{target_id}")]
pub(crate) async fn remove(
    app: App,
    owner: SteppedOwner,
    id: Id<ForwardingTargetId>,
) -> Result<HttpResponse, ApiError> {
    app.tenancy().remove_forwarding(&owner.0, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
