//! `GET /api/v1/admin/identity-providers/{provider_id}`

use actix_web::{HttpResponse, get};
use sealpost_domain::IdentityProviderId;

use super::IdentityProvider;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    path::Id,
};

/// Shows a provider of identities
#[utoipa::path(
    tag = "admin",
    operation_id = "get_identity_provider",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("provider_id" = Uuid, Path)),
    responses(
        (status = 200, body = IdentityProvider),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/identity-providers/{provider_id}")]
pub(crate) async fn get(
    app: App,
    admin: Admin,
    id: Id<IdentityProviderId>,
) -> Result<HttpResponse, ApiError> {
    let provider = app.auth().identity_provider(&admin.0.manage(), id.0).await?;
    Ok(HttpResponse::Ok().json(IdentityProvider::of(&app, provider)))
}
