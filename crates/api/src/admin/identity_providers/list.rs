//! `GET /api/v1/admin/identity-providers`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::IdentityProvider;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
};

/// A tenant's providers of identities, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentityProviderList {
    identity_providers: Vec<IdentityProvider>,
}

/// Lists the tenant's providers of identities
#[utoipa::path(
    tag = "admin",
    operation_id = "list_identity_providers",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = IdentityProviderList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/identity-providers")]
pub(crate) async fn list(app: App, admin: Admin) -> Result<HttpResponse, ApiError> {
    let providers = app.auth().identity_providers(&admin.0.manage()).await?;
    let identity_providers = providers.into_iter().map(|view| IdentityProvider::of(&app, view)).collect();
    Ok(HttpResponse::Ok().json(IdentityProviderList { identity_providers }))
}
