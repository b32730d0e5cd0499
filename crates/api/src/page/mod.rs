//! `/t/{token}`: the plain page that a link leads to. HTML and one style sheet, no script.
//!
//! A GET changes nothing, so that the scanners of mail systems can open links as they like. What counts is the POST of
//! the form, by a person.

pub(crate) mod catalogue;
mod form;
pub(crate) mod format;
pub(crate) mod language;
mod render;

use actix_web::{
    HttpRequest, HttpResponse, ResponseError as _,
    http::{
        StatusCode,
        header::{self, HeaderName},
    },
    web,
};
use sealpost_transfer::Delivery;

use crate::{
    App,
    error::{ApiError, Code},
    grant,
};
use language::Language;
use render::View;

/// Where the page is.
pub(crate) const PATH: &str = "/t/{token}";
/// Where its style sheet is.
pub(crate) const STYLE_PATH: &str = "/assets/page.css";

const STYLE: &str = include_str!("../../templates/page.css");
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Says where a request comes from (W3C Fetch Metadata); set by browsers, and by them alone.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether what is inside can be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    Granted,
    /// It can be seen with the link alone; the form gets the right to fetch.
    OnRequest,
    /// All downloads that the sender allowed have gone to other visits.
    UsedUp,
}

/// What the page shows.
enum Page {
    /// What is inside.
    Delivery(Delivery, Access),
    /// The form for the password, again if the last one was wrong.
    Password { refused: Option<Code> },
}

/// `GET /t/{token}`
pub(crate) async fn show(app: App, request: HttpRequest, token: web::Path<String>) -> HttpResponse {
    answer(&request, &look(&app, &request, &token).await)
}

/// `POST /t/{token}`
pub(crate) async fn submit(
    app: App,
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
) -> HttpResponse {
    match enter(&app, &request, &token, payload).await {
        Ok(response) => response,
        Err(error) if matches!(error.code(), Code::PasswordNeeded | Code::WrongPassword) => {
            answer(&request, &Ok(Page::Password { refused: Some(error.code()) }))
        }
        Err(error) => answer(&request, &Err(error)),
    }
}

/// `GET /assets/page.css`
pub(crate) async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .body(STYLE)
}

async fn look(app: &App, request: &HttpRequest, token: &str) -> Result<Page, ApiError> {
    let opening = app.auth().open_link(token).await?;
    if let Some(grant) = grant::from_cookie(app, request, opening.recipient_id).await? {
        let delivery = app.service().delivery(grant.read()).await?;
        let used_up = delivery.downloads_left == Some(0) && !app.service().has_place(grant.visit()).await?;
        return Ok(Page::Delivery(delivery, if used_up { Access::UsedUp } else { Access::Granted }));
    }
    match &opening.read {
        Some(grant) => {
            let delivery = app.service().delivery(grant).await?;
            let used_up = delivery.downloads_left == Some(0)
                && !grant::cookie_has_place(app, request, opening.recipient_id).await?;
            Ok(Page::Delivery(delivery, if used_up { Access::UsedUp } else { Access::OnRequest }))
        }
        None => Ok(Page::Password { refused: None }),
    }
}

/// Verifies, and leads back to the page: a reload must not show the password once more.
///
/// Nothing of the form is read from another site, or from an address that has to wait.
async fn enter(
    app: &App,
    request: &HttpRequest,
    token: &str,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    if is_from_elsewhere(request) {
        return Err(ApiError::new(Code::Forbidden));
    }
    app.count_verification(request).await?;
    let password = form::password(app, request, payload).await?;
    let earlier = |recipient| grant::carried(app, request, recipient);
    let verified = app.auth().verify_link(token, password.as_deref(), earlier).await?;
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, request.path()))
        .cookie(grant::cookie(app, &verified))
        .finish())
}

/// Whether a browser says that another site sent the form. Programs that are no browser carry no cookies of one.
fn is_from_elsewhere(request: &HttpRequest) -> bool {
    request.headers().get(FETCH_SITE).is_some_and(|site| !matches!(site.as_bytes(), b"same-origin" | b"none"))
}

fn answer(request: &HttpRequest, page: &Result<Page, ApiError>) -> HttpResponse {
    let language = Language::of(request.headers());
    let (status, view) = match page {
        Ok(Page::Delivery(delivery, access)) => (StatusCode::OK, View::delivery(language, delivery, *access)),
        Ok(Page::Password { refused }) => {
            (refused.map_or(StatusCode::OK, Code::status), View::password(language, *refused))
        }
        Err(error) => (error.status_code(), View::error(language, error.code())),
    };
    let mut response = HttpResponse::build(status);
    if let Err(error) = page {
        log(error);
        for header in error.headers() {
            response.append_header(header.clone());
        }
    }
    match render::page(language, &view) {
        Ok(html) => response
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CONTENT_LANGUAGE, language.as_str()))
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((HeaderName::from_static("x-robots-tag"), "noindex, nofollow"))
            .body(html),
        Err(error) => HttpResponse::from_error(ApiError::internal(error)),
    }
}

/// The answer is no problem detail from which the cause could be logged later.
fn log(error: &ApiError) {
    if let Some(cause) = error.cause() {
        tracing::error!(cause, "the page failed");
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn forms_of_other_sites_are_refused() {
        let from = |site: &str| {
            is_from_elsewhere(&TestRequest::post().insert_header((FETCH_SITE, site)).to_http_request())
        };
        assert!(from("cross-site"));
        assert!(from("same-site"));
        assert!(from("x"));
        assert!(!from("same-origin"));
        assert!(!from("none"));
        assert!(!is_from_elsewhere(&TestRequest::post().to_http_request()));
    }
}
