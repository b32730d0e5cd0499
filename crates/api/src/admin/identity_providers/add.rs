//! `POST /api/v1/admin/identity-providers`

use actix_web::{HttpResponse, http::header, post};
use sealpost_auth::NewIdentityProvider;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{IdentityProvider, domains};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    json::Body,
};

/// A provider to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddIdentityProvider {
    /// `oidc` or `entra`.
    #[schema(example = "oidc")]
    kind: String,
    /// What people know it by; 1 to 100 characters.
    label: String,
    /// What it calls itself, letter by letter; of OpenID providers only.
    #[schema(format = "uri", example = "https://id.example.org/realms/staff")]
    issuer: Option<String>,
    client_id: String,
    /// Absent for a public client.
    #[schema(format = Password)]
    client_secret: Option<String>,
    /// The directory; of Entra only.
    entra_tenant: Option<Uuid>,
    /// Whether users sign in there.
    #[serde(default)]
    for_users: bool,
    /// Whether recipients do, whose link asks for their account.
    #[serde(default)]
    for_recipients: bool,
    /// Whether whoever comes with an address of the domains becomes a user.
    #[serde(default)]
    provisions: bool,
    /// Whose addresses it vouches for: users are found by them. Of a provider for recipients none means all.
    #[serde(default)]
    domains: Vec<String>,
}

/// Adds a provider of identities
///
/// Takes a session that has shown a credential a moment ago; an owner's, if users sign in there.
#[utoipa::path(
    tag = "admin",
    operation_id = "add_identity_provider",
    security(("session" = []), ("session_cookie" = [])),
    request_body = AddIdentityProvider,
    responses(
        (status = 201, body = IdentityProvider, headers(("Location" = String, description = "The provider."))),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/identity-providers")]
pub(crate) async fn add(
    app: App,
    admin: SteppedAdmin,
    body: Body<AddIdentityProvider>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let new = NewIdentityProvider {
        kind: input.kind.parse().map_err(|_| ApiError::invalid("kind is oidc or entra"))?,
        label: input.label,
        issuer: input.issuer,
        client_id: input.client_id,
        client_secret: input.client_secret,
        entra_tenant: input.entra_tenant,
        for_users: input.for_users,
        for_recipients: input.for_recipients,
        for_addin: false,
        provisions: input.provisions,
        domains: domains(&input.domains)?,
    };
    let added = app.auth().add_identity_provider(&admin.0.manage(), new).await?;
    let location = app.base_url().join(format_args!("/api/v1/admin/identity-providers/{}", added.row.id));
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, location))
        .json(IdentityProvider::of(&app, added)))
}
