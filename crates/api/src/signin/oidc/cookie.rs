//! The cookie that a browser keeps while it is away at a provider.

use actix_web::{HttpRequest, cookie::Cookie};
use sealpost_auth::BegunSignIn;

use crate::{App, cookie};

/// One name for all: of two sign-ins that were begun at once the later one can be finished, and nobody fills a browser with
/// cookies by beginning many.
const NAME: &str = "signin";

/// What the browser keeps.
pub(super) fn keep(app: &App, begun: &BegunSignIn) -> Cookie<'static> {
    cookie::bake(app, NAME, begun.cookie.clone(), begun.expires_at.since(app.now()))
}

/// What makes it forget.
pub(super) fn forget(app: &App) -> Cookie<'static> {
    cookie::forget(app, NAME)
}

/// What the browser has kept.
pub(super) fn read(app: &App, request: &HttpRequest) -> Option<String> {
    cookie::value(app, request, NAME)
}
