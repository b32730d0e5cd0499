//! The headers that every answer carries. A handler that knows better has set its own.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
};

use crate::{App, uploads};

/// Two years, as the preload lists ask for.
const HSTS: &str = "max-age=63072000; includeSubDomains";

/// The Content-Security-Policy of answers whose handler has set none. JSON is shown by nobody; if it is, it can do nothing.
pub(crate) const DEFAULT_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// Header, and value where the handler has set none.
const DEFAULTS: [(HeaderName, &str); 6] = [
    // Answers hold names, addresses and grants: nothing of them stays in a cache.
    (header::CACHE_CONTROL, "no-store"),
    (header::CONTENT_SECURITY_POLICY, DEFAULT_POLICY),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), publickey-credentials-get=(), usb=()",
    ),
    // The path of the page is the secret: it goes to nobody.
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// What a page keeps away from windows that others have opened.
const OPENER: (HeaderName, &str) = (HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
/// What the add-in opens in a window of its own, which Outlook or the pane then hears from: pages of the add-in, signing in
/// with its ways back from providers, and pairing. A policy about openers would cut them off. None of them shows anything of
/// somebody who has signed in, or does anything for him without a question, that another window could use.
const IN_DIALOGS: [&str; 3] = ["/addin", "/pair", "/signin"];

/// Adds the headers.
pub(crate) async fn headers<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let https = App::of(request.request()).base_url().is_https();
    let tus = uploads::is_tus(request.path());
    let in_dialog = is_in_dialog(request.path());
    let mut response = next.call(request).await?;
    add(response.headers_mut(), https, tus, in_dialog);
    Ok(response)
}

fn is_in_dialog(path: &str) -> bool {
    let rest = IN_DIALOGS.iter().find_map(|page| path.strip_prefix(page));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn add(headers: &mut HeaderMap, https: bool, tus: bool, in_dialog: bool) {
    let opener = (!in_dialog).then_some(OPENER);
    for (name, value) in DEFAULTS.into_iter().chain(opener) {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    if tus {
        headers.insert(uploads::RESUMABLE, HeaderValue::from_static(uploads::VERSION));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_that_knows_better_is_not_overruled() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
        add(&mut headers, false, false, false);
        assert_eq!(headers.get(header::CONTENT_SECURITY_POLICY).unwrap(), "sandbox");
        for (name, _) in DEFAULTS.into_iter().chain([OPENER]) {
            assert!(headers.contains_key(&name), "{name}");
        }
    }

    #[test]
    fn browsers_are_bound_to_tls_only_where_there_is_tls() {
        for https in [false, true] {
            let mut headers = HeaderMap::new();
            add(&mut headers, https, false, false);
            assert_eq!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY), https);
            assert!(!headers.contains_key(uploads::RESUMABLE));
        }
    }

    #[test]
    fn what_outlook_opens_may_speak_with_what_has_opened_it() {
        for (path, is) in [
            ("/signin", true),
            ("/signin/entra/callback", true),
            ("/pair", true),
            ("/addin/x/commands.html", true),
            ("/signing", false),
            ("/account", false),
            ("/api/v1/signin/password", false),
            ("/", false),
        ] {
            assert_eq!(is_in_dialog(path), is, "{path}");
            let mut headers = HeaderMap::new();
            add(&mut headers, false, false, is);
            assert_eq!(headers.contains_key(OPENER.0), !is);
        }
    }

    #[test]
    fn every_answer_where_tus_is_spoken_says_which() {
        let mut headers = HeaderMap::new();
        add(&mut headers, false, true, false);
        assert_eq!(headers.get(uploads::RESUMABLE).unwrap(), "1.0.0");
    }
}
