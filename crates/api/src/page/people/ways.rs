//! The ways to identity providers.

use sealpost_auth::{AccountSession, AuthError};
use sealpost_domain::{Language, TenantSlug};

use super::{texts::filled, way_back::WayBack};
use crate::{App, signin::oidc};

/// Addresses, and what stands on them.
type Ways = Vec<(String, String)>;

/// Where the users of a tenant sign in; nowhere for one that is not there.
pub(super) async fn sign_in(
    app: &App,
    language: Language,
    tenant: &TenantSlug,
    back: &WayBack,
) -> Result<Ways, AuthError> {
    let choices = app.auth().choices_of_users(tenant).await?;
    let label = |label: &str| filled(language, "signin_at", &[("provider", label)]);
    Ok(choices
        .into_iter()
        .map(|choice| (back.by_way_of(&oidc::path(choice.id)), label(&choice.label)))
        .collect())
}

/// Where somebody who is signed in can show himself again.
pub(super) async fn again(
    app: &App,
    language: Language,
    account: &AccountSession,
) -> Result<Ways, AuthError> {
    let choices = app.auth().own_providers(account).await?;
    let label = |label: &str| filled(language, "confirm_at", &[("provider", label)]);
    Ok(choices.into_iter().map(|choice| (oidc::path_again(choice.id), label(&choice.label))).collect())
}
