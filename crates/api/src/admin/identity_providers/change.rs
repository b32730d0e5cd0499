//! `PATCH /api/v1/admin/identity-providers/{provider_id}`

use actix_web::{HttpResponse, patch};
use sealpost_auth::IdentityProviderChange;
use sealpost_domain::IdentityProviderId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{IdentityProvider, domains};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    json::Body,
    path::Id,
};

/// What becomes different; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeIdentityProvider {
    label: Option<String>,
    client_id: Option<String>,
    /// An empty one takes the secret away.
    #[schema(format = Password)]
    client_secret: Option<String>,
    for_users: Option<bool>,
    for_recipients: Option<bool>,
    provisions: Option<bool>,
    domains: Option<Vec<String>>,
    enabled: Option<bool>,
}

/// Changes a provider of identities
///
/// Who it is stays. Takes a session that has shown a credential a moment ago; an owner's, if users sign in there.
#[utoipa::path(
    tag = "admin",
    operation_id = "change_identity_provider",
    security(("session" = []), ("session_cookie" = [])),
    params(("provider_id" = Uuid, Path)),
    request_body = ChangeIdentityProvider,
    responses(
        (status = 200, body = IdentityProvider),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[patch("/api/v1/admin/identity-providers/{provider_id}")]
pub(crate) async fn change(
    app: App,
    admin: SteppedAdmin,
    id: Id<IdentityProviderId>,
    body: Body<ChangeIdentityProvider>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let change = IdentityProviderChange {
        label: input.label,
        client_id: input.client_id,
        client_secret: input.client_secret,
        for_users: input.for_users,
        for_recipients: input.for_recipients,
        provisions: input.provisions,
        domains: input.domains.as_deref().map(domains).transpose()?,
        enabled: input.enabled,
    };
    let changed = app.auth().change_identity_provider(&admin.0.manage(), id.0, change).await?;
    Ok(HttpResponse::Ok().json(IdentityProvider::of(&app, changed)))
}
