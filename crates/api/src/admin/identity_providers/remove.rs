//! `DELETE /api/v1/admin/identity-providers/{provider_id}`

use actix_web::{HttpResponse, delete};
use sealpost_domain::IdentityProviderId;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    path::Id,
};

/// Removes a provider of identities
///
/// Who is who there is forgotten; sessions that began there go on. Takes a session that has shown a credential a moment
/// ago; an owner's, if users sign in there.
#[utoipa::path(
    tag = "admin",
    operation_id = "remove_identity_provider",
    security(("session" = []), ("session_cookie" = [])),
    params(("provider_id" = Uuid, Path)),
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/admin/identity-providers/{provider_id}")]
pub(crate) async fn remove(
    app: App,
    admin: SteppedAdmin,
    id: Id<IdentityProviderId>,
) -> Result<HttpResponse, ApiError> {
    app.auth().remove_identity_provider(&admin.0.manage(), id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
