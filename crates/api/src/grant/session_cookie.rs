//! The cookie that carries a browser's session, and what keeps other sites from using it.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponseBuilder,
    cookie::Cookie,
    http::{
        Method,
        header::{self, HeaderName},
    },
};
use sealpost_auth::{Advanced, NewSession, PendingSession};

use crate::{
    App, cookie,
    error::{ApiError, Code},
};

/// What it is called, after the prefix of all.
const NAME: &str = "session";
/// Says where a request comes from (W3C Fetch Metadata); set by browsers, and by them alone.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The cookie of a session that has begun.
pub(crate) fn of(app: &App, session: &NewSession) -> Cookie<'static> {
    cookie::bake(app, NAME, session.bearer.clone(), session.expires_at.since(app.now()))
}

/// The cookie of a session that has a new secret. A browser keeps it no longer than the session's longest life.
pub(crate) fn renewed(app: &App, session: &PendingSession, bearer: &str) -> Cookie<'static> {
    let lifetime = Duration::from_secs(session.policy().session_max_seconds);
    cookie::bake(app, NAME, bearer.to_owned(), lifetime)
}

/// Gives the browser the new secret, if the session has got further.
pub(crate) fn renew(
    app: &App,
    session: &PendingSession,
    further: Option<&Advanced>,
    response: &mut HttpResponseBuilder,
) {
    if let Some(further) = further {
        response.cookie(renewed(app, session, &further.bearer));
    }
}

/// What a caller calls itself; shown in the list of sessions.
pub(crate) fn agent(request: &HttpRequest) -> &str {
    request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default()
}

/// What makes a browser forget its session.
pub(crate) fn forget(app: &App) -> Cookie<'static> {
    cookie::forget(app, NAME)
}

/// The session that a browser sends along, if its own page asked for it.
///
/// # Errors
/// [`Code::Forbidden`] where another site's page may have made the browser ask for a change: the browser says where a
/// request comes from, and if it is too old for that, at least which page has sent it.
pub(super) fn read(app: &App, request: &HttpRequest) -> Result<Option<String>, ApiError> {
    let Some(secret) = cookie::value(app, request, NAME) else {
        return Ok(None);
    };
    if !is_safe(request.method()) && !is_from_here(app, request) {
        return Err(ApiError::new(Code::Forbidden).detail("the request comes from another site"));
    }
    Ok(Some(secret))
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn is_from_here(app: &App, request: &HttpRequest) -> bool {
    let headers = request.headers();
    match headers.get(FETCH_SITE) {
        Some(site) => site == "same-origin",
        None => headers.get(header::ORIGIN).is_some_and(|origin| app.base_url().is_origin(origin.as_bytes())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_methods_that_change_nothing_are_safe() {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert!(is_safe(&method), "{method}");
        }
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE] {
            assert!(!is_safe(&method), "{method}");
        }
    }
}
