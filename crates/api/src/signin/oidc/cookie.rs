//! The cookie that a browser keeps while it is away at a provider.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    cookie::{self, Cookie, SameSite},
};
use sealpost_auth::BegunSignIn;

use crate::App;

/// What the browser keeps. `SameSite=Lax`: it comes back from another site. One name for all: of two sign-ins that were begun
/// at once the later one can be finished, and nobody fills a browser with cookies by beginning many.
pub(super) fn keep(app: &App, begun: &BegunSignIn) -> Cookie<'static> {
    bake(app.base_url().is_https(), begun.cookie.clone(), begun.expires_at.since(app.now()))
}

/// What makes it forget.
pub(super) fn forget(app: &App) -> Cookie<'static> {
    bake(app.base_url().is_https(), String::new(), Duration::ZERO)
}

/// What the browser has kept.
pub(super) fn read(app: &App, request: &HttpRequest) -> Option<String> {
    let kept = request.cookie(name(app.base_url().is_https()))?;
    Some(kept.value().to_owned())
}

const fn name(https: bool) -> &'static str {
    if https { "__Host-sealpost-signin" } else { "sealpost-signin" }
}

fn bake(https: bool, sealed: String, lifetime: Duration) -> Cookie<'static> {
    let seconds = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
    Cookie::build(name(https), sealed)
        .path("/")
        .http_only(true)
        .secure(https)
        .same_site(SameSite::Lax)
        .max_age(cookie::time::Duration::seconds(seconds))
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_of_this_host_and_short_lived() {
        let bake = |https| bake(https, "x".to_owned(), Duration::from_secs(600)).to_string();
        assert_eq!(
            bake(true),
            "__Host-sealpost-signin=x; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=600"
        );
        assert_eq!(bake(false), "sealpost-signin=x; HttpOnly; SameSite=Lax; Path=/; Max-Age=600");
    }
}
