//! `/t/{token}`: the plain page that a link leads to. HTML and one style sheet, no script.
//!
//! A GET changes nothing, so that the scanners of mail systems can open links as they like. What counts is the POST of
//! the form, by a person.

mod account;
mod brand;
pub(crate) mod catalogue;
pub(crate) mod choose;
mod ended;
mod form;
pub(crate) mod icon;
mod kind;
pub(crate) mod language;
pub(crate) mod mail;
pub(crate) mod people;
mod render;
pub(crate) mod report;
mod rewritten;
pub(crate) mod switch;

use actix_web::{
    HttpRequest, HttpResponse, ResponseError as _,
    http::{
        StatusCode,
        header::{self, HeaderName},
    },
    web,
};
use sealpost_auth::{CodeRequest, End, LinkOpening, MailStage, Verification};
use sealpost_domain::Timestamp;
use sealpost_transfer::{Delivery, TenantBranding};

use crate::{
    App, cookie,
    error::{ApiError, Code},
    grant, web as pages,
};
pub(crate) use account::came_back;
use brand::BrandView;
pub(crate) use ended::keep as keep_opened;
use render::{StepView, View};

/// Where the page is.
pub(crate) const PATH: &str = "/t/{token}";
/// Where its style sheet is.
pub(crate) const STYLE_PATH: &str = "/assets/page.css";

const STYLE: &str = include_str!("../../templates/page.css");
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
    /// The question to which address a mail was sent, and why the last answer was none.
    Address(Option<Refusal>),
    /// What is inside, and until when this browser needs no code.
    Delivery(Box<Delivery>, Access, Option<Timestamp>),
    /// How it ended, for somebody in whose browser it was opened.
    Ended(End),
    /// That something on the way of a link has turned its `#` into a part of the address; the link as it was.
    Rewritten(String),
    /// The page that opens in the browser what the sender's program has sealed.
    SealedBySender,
    /// The form for what has to be shown next, and why the last one was refused.
    Step(StepView, Option<Refusal>),
    /// That what goes with a mail is not there yet.
    Unreleased(MailStage),
}

/// A page, and whose.
struct Shown {
    page: Page,
    /// How the tenant shows itself that has sent it.
    branding: Option<TenantBranding>,
}

/// Why a form was refused, on the page of the form.
#[derive(Debug, Clone, Copy)]
struct Refusal {
    code: Code,
    /// Seconds to wait.
    wait: Option<u64>,
}

impl Refusal {
    fn of(error: &ApiError) -> Self {
        let wait = error.headers().iter().find(|(name, _)| *name == header::RETRY_AFTER);
        let wait = wait.and_then(|(_, seconds)| seconds.to_str().ok()?.parse().ok());
        Self { code: error.code(), wait }
    }
}

/// `GET /t/{token}`
pub(crate) async fn show(app: App, request: HttpRequest, token: web::Path<String>) -> HttpResponse {
    if let Some(shown) = rewritten::whole_link("/t/", &token) {
        return answer(&request, &Ok(shown));
    }
    let shown = look(&app, &request, &token).await.map(|shown| match shown.page {
        Page::Step(step, None) if step.is_account() => {
            Shown { page: Page::Step(step, account::refusal(&request)), ..shown }
        }
        page => Shown { page, ..shown },
    });
    let shown = match shown {
        Err(error) => ended::tell(&app, &request, &token, error).await,
        shown => shown,
    };
    answer(&request, &shown)
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
        Err(error) => match again(&app, &request, &token, &error).await {
            Some(shown) => answer(&request, &Ok(shown)),
            None => answer(&request, &ended::tell(&app, &request, &token, error).await),
        },
    }
}

/// The form once more, if what was wrong with the last one can be put right in it.
async fn again(app: &App, request: &HttpRequest, token: &str, error: &ApiError) -> Option<Shown> {
    let code = error.code();
    let is_about_form = matches!(
        code,
        Code::AccountNeeded
            | Code::CodeNeeded
            | Code::PasswordNeeded
            | Code::TooManyRequests
            | Code::WrongCode
            | Code::WrongPassword
    );
    if !is_about_form {
        return None;
    }
    match look(app, request, token).await {
        Ok(Shown { page: Page::Step(view, _), branding }) => {
            Some(Shown { page: Page::Step(view, Some(Refusal::of(error))), branding })
        }
        _ => None,
    }
}

/// `GET /assets/page.css`
pub(crate) async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .body(STYLE)
}

/// A page that says what went wrong, for what a browser asks for as it goes.
pub(crate) fn problem(request: &HttpRequest, error: ApiError) -> HttpResponse {
    answer(request, &Err(error))
}

async fn look(app: &App, request: &HttpRequest, token: &str) -> Result<Shown, ApiError> {
    let opening = app.auth().open_link(token, &grant::carried(app, request)).await?;
    let page = inside(app, request, token, &opening).await?;
    Ok(Shown { page, branding: app.service().branding(opening.tenant).await? })
}

async fn inside(
    app: &App,
    request: &HttpRequest,
    token: &str,
    opening: &LinkOpening,
) -> Result<Page, ApiError> {
    if opening.mode.is_zero_knowledge() {
        return Ok(Page::SealedBySender);
    }
    if let Some(grant) = grant::from_cookie(app, request, opening.recipient_id).await? {
        let delivery = app.service().delivery(grant.read()).await?;
        let used_up = delivery.downloads_left == Some(0) && !app.service().has_place(grant.visit()).await?;
        let access = if used_up { Access::UsedUp } else { Access::Granted };
        return Ok(Page::Delivery(Box::new(delivery), access, opening.remembered_until));
    }
    if let Some(grant) = &opening.read {
        let delivery = app.service().delivery(grant).await?;
        let used_up = delivery.downloads_left == Some(0)
            && !grant::cookie_has_place(app, request, opening.recipient_id).await?;
        let access = if used_up { Access::UsedUp } else { Access::OnRequest };
        // To answer takes the same right as to fetch.
        let delivery = Delivery { takes_replies: false, ..delivery };
        return Ok(Page::Delivery(Box::new(delivery), access, opening.remembered_until));
    }
    Ok(Page::Step(StepView::new(opening, token, app.now()), None))
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
    let form: form::Form = form::read(app, request, payload).await?;
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, request.path()));
    if form.asks_for_code() {
        let language = language::liked(request.headers());
        let sent = app.auth().send_code(token, CodeRequest { channel: None, language }).await?;
        return Ok(response.cookie(grant::challenge_cookie(app, &sent)).finish());
    }
    if form.forgets() {
        let forgotten = app.auth().forget_device(token, &grant::carried(app, request)).await?;
        for name in &forgotten.cookies {
            response.cookie(cookie::forget(app, name));
        }
        response.cookie(ended::forget(app, token));
        return Ok(response.finish());
    }
    if form.replies() {
        return reply(app, request, token).await;
    }
    let verification = app.auth().verify_link(token, &form.shown(), &grant::carried(app, request)).await?;
    let device = match verification {
        Verification::Done(verified) => {
            response.cookie(grant::grant_cookie(app, &verified));
            response.cookie(ended::keep(app, token, &verified).await?);
            verified.device
        }
        // This page can do nothing with the half, and says so.
        Verification::HalfTold(_) => None,
        Verification::PasswordNext(proven) => {
            response.cookie(grant::proof_cookie(app, &proven));
            proven.device
        }
    };
    if let Some(device) = &device {
        response.cookie(grant::device_cookie(app, device));
    }
    Ok(response.finish())
}

/// Leads to where it is answered, if this browser may fetch what was sent; back to the page if it may not, or not any more.
async fn reply(app: &App, request: &HttpRequest, token: &str) -> Result<HttpResponse, ApiError> {
    let opening = app.auth().open_link(token, &grant::carried(app, request)).await?;
    let mut response = HttpResponse::SeeOther();
    let Some(grant) = grant::from_cookie(app, request, opening.recipient_id).await? else {
        return Ok(response.insert_header((header::LOCATION, request.path())).finish());
    };
    let grant = app.auth().reply_grant(&grant).await?;
    let made = app.service().reply(app.auth().limits(), &grant).await?;
    let url = made.url.ok_or_else(|| ApiError::new(Code::Internal))?;
    Ok(response.insert_header((header::LOCATION, url)).finish())
}

/// Whether a browser says that another site sent the form. Programs that are no browser carry no cookies of one.
pub(crate) fn is_from_elsewhere(request: &HttpRequest) -> bool {
    request.headers().get(FETCH_SITE).is_some_and(|site| !matches!(site.as_bytes(), b"same-origin" | b"none"))
}

fn answer(request: &HttpRequest, shown: &Result<Shown, ApiError>) -> HttpResponse {
    let language = language::of(request.headers());
    let page = shown.as_ref().map(|shown| &shown.page);
    let branding = shown.as_ref().ok().and_then(|shown| shown.branding.as_ref());
    let brand = branding.and_then(|branding| BrandView::of(language, branding));
    let (status, view) = match page {
        Ok(Page::Delivery(delivery, access, remembered)) => {
            let unchosen = *access == Access::Granted && choose::is_nothing(request);
            let view = View::delivery(language, delivery, *access, *remembered).unchosen(unchosen);
            (StatusCode::OK, view.below(request.path()))
        }
        Ok(Page::Address(refused)) => (
            refused.map_or(StatusCode::OK, |refused| refused.code.status()),
            View::address(language, *refused),
        ),
        Ok(Page::Unreleased(stage)) => (StatusCode::OK, View::unreleased(language, *stage)),
        Ok(Page::Rewritten(link)) => (StatusCode::OK, View::rewritten(language, link)),
        Ok(Page::SealedBySender) => return pages::delivery(request),
        Ok(Page::Ended(end)) => (ended::status(*end), View::ended(language, *end)),
        Ok(Page::Step(step, refused)) => (
            refused.map_or(StatusCode::OK, |refused| refused.code.status()),
            View::step(language, step, *refused).below(request.path()),
        ),
        Err(error) => (error.status_code(), View::error(language, error.code())),
    };
    let view = view.with_languages(switch::ways(request, language));
    let mut response = HttpResponse::build(status);
    if let Ok(Page::Address(Some(refused)) | Page::Step(_, Some(refused))) = page
        && let Some(wait) = refused.wait
    {
        response.insert_header((header::RETRY_AFTER, wait.to_string()));
    }
    if let Err(error) = page {
        log(error);
        for header in error.headers() {
            response.append_header(header.clone());
        }
    }
    let refused = match page {
        Err(error) => Some(error.code()),
        Ok(Page::Address(refused) | Page::Step(_, refused)) => refused.map(|refused| refused.code),
        Ok(_) => None,
    };
    // A page is no problem of the API; what it refuses is counted all the same.
    if let Some(code) = refused {
        response.extensions_mut().insert(code);
    }
    match render::page(language, &view, brand.as_ref()) {
        Ok(html) => response
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CONTENT_LANGUAGE, language.as_str()))
            .insert_header((header::CONTENT_SECURITY_POLICY, brand::POLICY))
            .insert_header((header::VARY, switch::VARY))
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
