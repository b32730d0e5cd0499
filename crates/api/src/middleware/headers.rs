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

/// Header, and value where the handler has set none.
const DEFAULTS: [(HeaderName, &str); 7] = [
    // Answers hold names, addresses and grants: nothing of them stays in a cache.
    (header::CACHE_CONTROL, "no-store"),
    // JSON is shown by nobody; if it is, it can do nothing.
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), publickey-credentials-get=(), usb=()",
    ),
    // The path of the page is the secret: it goes to nobody.
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// Adds the headers.
pub(crate) async fn headers<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let https = App::of(request.request()).base_url().is_https();
    let tus = uploads::is_tus(request.path());
    let mut response = next.call(request).await?;
    add(response.headers_mut(), https, tus);
    Ok(response)
}

fn add(headers: &mut HeaderMap, https: bool, tus: bool) {
    for (name, value) in DEFAULTS {
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
        add(&mut headers, false, false);
        assert_eq!(headers.get(header::CONTENT_SECURITY_POLICY).unwrap(), "sandbox");
        for (name, _) in DEFAULTS {
            assert!(headers.contains_key(&name), "{name}");
        }
    }

    #[test]
    fn browsers_are_bound_to_tls_only_where_there_is_tls() {
        for https in [false, true] {
            let mut headers = HeaderMap::new();
            add(&mut headers, https, false);
            assert_eq!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY), https);
            assert!(!headers.contains_key(uploads::RESUMABLE));
        }
    }

    #[test]
    fn every_answer_where_tus_is_spoken_says_which() {
        let mut headers = HeaderMap::new();
        add(&mut headers, false, true);
        assert_eq!(headers.get(uploads::RESUMABLE).unwrap(), "1.0.0");
    }
}
