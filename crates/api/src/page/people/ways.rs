//! The ways to identity providers.

use sealpost_auth::{AccountSession, AuthError};
use sealpost_domain::TenantSlug;

use super::{super::language::Language, texts::text, way_back::WayBack};
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
    let words = text(language, "signin_at");
    Ok(choices
        .into_iter()
        .map(|choice| (back.by_way_of(&oidc::path(choice.id)), words.replace("{provider}", &choice.label)))
        .collect())
}

/// Where somebody who is signed in can show himself again.
pub(super) async fn again(
    app: &App,
    language: Language,
    account: &AccountSession,
) -> Result<Ways, AuthError> {
    let choices = app.auth().own_providers(account).await?;
    let words = text(language, "confirm_at");
    Ok(choices
        .into_iter()
        .map(|choice| (oidc::path_again(choice.id), words.replace("{provider}", &choice.label)))
        .collect())
}
