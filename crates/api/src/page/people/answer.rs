//! Answers: pages, ways to other pages, the script.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError as _,
    cookie::Cookie,
    http::{
        StatusCode,
        header::{self, HeaderName},
    },
};

use super::{
    super::{language, switch},
    texts::{refusal, text},
    view::{View, page},
};
use crate::error::ApiError;

const SCRIPT: &str = include_str!("../../../templates/passkey.js");
const POLICY: &str = "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
/// As everywhere, but for passkeys.
const PERMISSIONS: &str = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), \
                           publickey-credentials-create=(self), publickey-credentials-get=(self), usb=()";

/// A page with its status.
pub(super) fn shown(request: &HttpRequest, status: StatusCode, view: &View) -> HttpResponse {
    let language = language::of(request.headers());
    match page(language, view, &switch::ways(request, language)) {
        Ok(html) => HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CONTENT_LANGUAGE, language.as_str()))
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((HeaderName::from_static("permissions-policy"), PERMISSIONS))
            .insert_header((header::VARY, switch::VARY))
            .insert_header((HeaderName::from_static("x-robots-tag"), "noindex, nofollow"))
            .body(html),
        Err(error) => HttpResponse::from_error(ApiError::internal(error)),
    }
}

/// A page that says what went wrong above what it shows.
pub(super) fn refused(request: &HttpRequest, error: &ApiError, mut view: View) -> HttpResponse {
    if let Some(cause) = error.cause() {
        tracing::error!(cause, "a page failed");
    }
    view.alert = Some(text(language::of(request.headers()), refusal(error.code())));
    let mut response = shown(request, error.status_code(), &view);
    response.extensions_mut().insert(error.code());
    for (name, value) in error.headers() {
        response.headers_mut().append(name.clone(), value.clone());
    }
    response
}

/// Leads to another page, so that a reload repeats nothing.
pub(super) fn see(path: &str, cookie: Option<Cookie<'static>>) -> HttpResponse {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, path));
    if let Some(cookie) = cookie {
        response.cookie(cookie);
    }
    response.finish()
}

/// `GET /assets/passkey.js`
pub(super) async fn script(request: HttpRequest) -> HttpResponse {
    let tag = format!("\"{}-{}\"", env!("CARGO_PKG_VERSION"), SCRIPT.len());
    let known =
        request.headers().get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, tag));
    response.insert_header((header::CACHE_CONTROL, "public, max-age=3600"));
    if known {
        return response.finish();
    }
    response.content_type("text/javascript; charset=utf-8").body(SCRIPT)
}
