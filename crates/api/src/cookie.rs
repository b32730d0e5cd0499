//! Cookies: all of this host alone, and out of reach of scripts.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    cookie::{self, Cookie, SameSite},
};

use crate::App;

/// A cookie that a browser keeps for so long.
///
/// `__Host-` binds it to this host, and to TLS; browsers refuse it over plain http, which only a loopback address may
/// use. `SameSite=Lax`: with `Strict` whoever comes back from another site, such as his mail or his directory's sign-in
/// page, would be asked anew for what he has shown. It is not sent with POSTs of other sites' pages.
pub(crate) fn bake(app: &App, name: &str, value: String, lifetime: Duration) -> Cookie<'static> {
    baked(app.base_url().is_https(), name, value, lifetime)
}

/// What makes a browser forget a cookie.
pub(crate) fn forget(app: &App, name: &str) -> Cookie<'static> {
    bake(app, name, String::new(), Duration::ZERO)
}

/// The same as [`bake`] for what is no secret: scripts of our pages read and write it, too.
pub(crate) fn bake_readable(app: &App, name: &str, value: String, lifetime: Duration) -> Cookie<'static> {
    let mut cookie = bake(app, name, value, lifetime);
    cookie.set_http_only(false);
    cookie
}

/// A cookie that is sent to one page alone, so that there may be any number of them: browsers send no more of them for that.
///
/// `__Host-` would have it sent everywhere. A host beside this one may plant such a cookie, so it has to be of no use to whom it
/// was not given.
pub(crate) fn bake_for_page(
    app: &App,
    page: &str,
    name: &str,
    value: String,
    lifetime: Duration,
) -> Cookie<'static> {
    baked_for_page(app.base_url().is_https(), page, name, value, lifetime)
}

/// What makes a browser forget a cookie of one page.
pub(crate) fn forget_for_page(app: &App, page: &str, name: &str) -> Cookie<'static> {
    bake_for_page(app, page, name, String::new(), Duration::ZERO)
}

/// What the page's own cookie of this name holds.
pub(crate) fn value_for_page(app: &App, request: &HttpRequest, name: &str) -> Option<String> {
    let name = page_name(app.base_url().is_https(), name);
    request.cookie(&name).map(|cookie| cookie.value().to_owned())
}

/// What the cookie of this name holds.
pub(crate) fn value(app: &App, request: &HttpRequest, name: &str) -> Option<String> {
    let name = full_name(app.base_url().is_https(), name);
    request.cookie(&name).map(|cookie| cookie.value().to_owned())
}

/// All of our cookies that the request carries, by name.
pub(crate) fn all(app: &App, request: &HttpRequest) -> Vec<(String, String)> {
    let prefix = prefix(app.base_url().is_https());
    let cookies = request.cookies().map(|cookies| cookies.to_vec()).unwrap_or_default();
    let ours = cookies.iter().filter_map(|cookie| {
        let name = cookie.name().strip_prefix(prefix)?;
        Some((name.to_owned(), cookie.value().to_owned()))
    });
    ours.collect()
}

const fn prefix(https: bool) -> &'static str {
    if https { "__Host-sealpost-" } else { "sealpost-" }
}

fn page_name(https: bool, name: &str) -> String {
    format!("{}{name}", if https { "__Secure-sealpost-" } else { "sealpost-" })
}

fn full_name(https: bool, name: &str) -> String {
    format!("{}{name}", prefix(https))
}

fn baked(https: bool, name: &str, value: String, lifetime: Duration) -> Cookie<'static> {
    let seconds = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
    Cookie::build(full_name(https, name), value)
        .path("/")
        .http_only(true)
        .secure(https)
        .same_site(SameSite::Lax)
        .max_age(cookie::time::Duration::seconds(seconds))
        .finish()
}

fn baked_for_page(https: bool, page: &str, name: &str, value: String, lifetime: Duration) -> Cookie<'static> {
    let mut cookie = baked(https, "", value, lifetime);
    cookie.set_name(page_name(https, name));
    cookie.set_path(page.to_owned());
    cookie
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_of_this_host_and_no_script_reads_it() {
        let bake = |https| baked(https, "session", "ss_x".to_owned(), Duration::from_secs(60)).to_string();
        assert_eq!(
            bake(true),
            "__Host-sealpost-session=ss_x; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60"
        );
        assert_eq!(bake(false), "sealpost-session=ss_x; HttpOnly; SameSite=Lax; Path=/; Max-Age=60");
    }
    #[test]
    fn a_cookie_of_a_page_goes_there_alone() {
        let bake = |https| {
            baked_for_page(https, "/t/x", "opened", "y".to_owned(), Duration::from_secs(60)).to_string()
        };
        assert_eq!(
            bake(true),
            "__Secure-sealpost-opened=y; HttpOnly; SameSite=Lax; Secure; Path=/t/x; Max-Age=60"
        );
        assert_eq!(bake(false), "sealpost-opened=y; HttpOnly; SameSite=Lax; Path=/t/x; Max-Age=60");
    }
}
