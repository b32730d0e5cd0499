//! `/signin/oidc`: a browser goes to a provider, and comes back. No API: what is answered is pages and redirects.

mod begin;
mod callback;
mod cookie;

pub(crate) use begin::begin;
pub(crate) use callback::{callback, entra_callback};
use sealpost_domain::IdentityProviderId;

/// Where a browser begins.
pub(crate) const PATH: &str = "/signin/oidc/{provider_id}";
/// Where it comes back to.
pub(crate) const CALLBACK_PATH: &str = "/signin/oidc/{provider_id}/callback";
/// Where it comes back to from Entra.
pub(crate) const ENTRA_CALLBACK_PATH: &str = "/signin/entra/callback";

/// Where a browser begins at this provider.
pub(crate) fn path(provider: IdentityProviderId) -> String {
    format!("/signin/oidc/{provider}")
}

/// Where somebody begins who is signed in, and shows himself again.
pub(crate) fn path_again(provider: IdentityProviderId) -> String {
    format!("{}?step_up=true", path(provider))
}

/// Where a recipient's browser begins that is to come back to a link; `token` is one.
pub(crate) fn path_for_link(provider: IdentityProviderId, token: &str) -> String {
    format!("{}?return_to=/t/{token}", path(provider))
}
