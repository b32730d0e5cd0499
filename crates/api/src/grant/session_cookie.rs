//! The cookie that carries a browser's session, and what keeps other sites from using it.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    cookie::{self, Cookie, SameSite},
    http::{
        Method,
        header::{self, HeaderName},
    },
};
use sealpost_auth::{NewSession, PendingSession};

use crate::{
    App,
    error::{ApiError, Code},
};

/// Says where a request comes from (W3C Fetch Metadata); set by browsers, and by them alone.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The cookie of a session that has begun.
///
/// `__Host-` binds it to this host, and to TLS; browsers refuse it over plain http, which only a loopback address may
/// use. `SameSite=Lax`: with `Strict` somebody who comes back from his directory's sign-in page would not be signed in.
pub(crate) fn of(app: &App, session: &NewSession) -> Cookie<'static> {
    let lifetime = session.expires_at.since(app.now());
    bake(app.base_url().is_https(), session.bearer.clone(), lifetime)
}

/// The cookie of a session that has a new secret. A browser keeps it no longer than the session's longest life.
pub(crate) fn renewed(app: &App, session: &PendingSession, bearer: &str) -> Cookie<'static> {
    let lifetime = Duration::from_secs(session.policy().session_max_seconds);
    bake(app.base_url().is_https(), bearer.to_owned(), lifetime)
}

/// What a caller calls itself; shown in the list of sessions.
pub(crate) fn agent(request: &HttpRequest) -> &str {
    request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default()
}

/// What makes a browser forget its session.
pub(crate) fn forget(app: &App) -> Cookie<'static> {
    bake(app.base_url().is_https(), String::new(), Duration::ZERO)
}

/// The session that a browser sends along, if its own page asked for it.
///
/// # Errors
/// [`Code::Forbidden`] where another site's page may have made the browser ask for a change: the browser says where a
/// request comes from, and if it is too old for that, at least which page has sent it.
pub(super) fn read(app: &App, request: &HttpRequest) -> Result<Option<String>, ApiError> {
    let Some(cookie) = request.cookie(name(app.base_url().is_https())) else {
        return Ok(None);
    };
    if !is_safe(request.method()) && !is_from_here(app, request) {
        return Err(ApiError::new(Code::Forbidden).detail("the request comes from another site"));
    }
    Ok(Some(cookie.value().to_owned()))
}

const fn name(https: bool) -> &'static str {
    if https { "__Host-sealpost-session" } else { "sealpost-session" }
}

fn bake(https: bool, secret: String, lifetime: Duration) -> Cookie<'static> {
    let seconds = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
    Cookie::build(name(https), secret)
        .path("/")
        .http_only(true)
        .secure(https)
        .same_site(SameSite::Lax)
        .max_age(cookie::time::Duration::seconds(seconds))
        .finish()
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
    fn a_session_is_a_cookie_of_this_host_that_no_script_reads() {
        let bake = |https| bake(https, "ss_x".to_owned(), Duration::from_secs(60)).to_string();
        assert_eq!(
            bake(true),
            "__Host-sealpost-session=ss_x; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60"
        );
        assert_eq!(bake(false), "sealpost-session=ss_x; HttpOnly; SameSite=Lax; Path=/; Max-Age=60");
    }

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
