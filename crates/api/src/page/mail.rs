//! `/m/{token}`: where the link of a mail leads everybody whom the mail went to: on to each one's own link.
//!
//! A GET changes nothing, and neither does a POST: it only asks for an address, which is counted, because who has the link could
//! try many.
//!
//! Of what its sender has sealed the link has a second part behind `#`, which no browser sends. It has to arrive where this leads: a
//! redirect and a form without an address of its own keep it, and a link does not. So there is no link on this page.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use sealpost_auth::{LimitKey, MailStage, MailVisit, Rate};
use sealpost_domain::EmailAddress;
use sealpost_transfer::Led;
use serde::Deserialize;

use super::{Page, Refusal, Shown, answer, form, is_from_elsewhere, rewritten};
use crate::{
    App,
    error::{ApiError, Code},
};

/// Where the page is.
pub(crate) const PATH: &str = "/m/{token}";
/// Addresses that may be tried with one link in a minute: as many people may well open a mail at once.
const A_MINUTE: u32 = 60;

/// What the form brings.
#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    address: String,
    /// `look`: nothing but to look once more.
    #[serde(default)]
    step: String,
}

/// `GET /m/{token}`
pub(crate) async fn show(app: App, request: HttpRequest, token: web::Path<String>) -> HttpResponse {
    if let Some(shown) = rewritten::whole_link("/m/", &token) {
        return answer(&request, &Ok(shown));
    }
    match look(&app, &token).await {
        Ok(Some(to)) => to,
        Ok(None) => said(&app, &request, &token, None).await,
        Err(error) => answer(&request, &Err(error)),
    }
}

/// `POST /m/{token}`
pub(crate) async fn submit(
    app: App,
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
) -> HttpResponse {
    match lead(&app, &request, &token, payload).await {
        Ok(to) => to,
        Err(error) if matches!(error.code(), Code::TooManyRequests | Code::WrongAddress) => {
            said(&app, &request, &token, Some(Refusal::of(&error))).await
        }
        Err(error) => answer(&request, &Err(error)),
    }
}

/// On to the link of whom alone the mail is for; `None` if the page says something first.
async fn look(app: &App, token: &str) -> Result<Option<HttpResponse>, ApiError> {
    let visit = app.auth().mail_visit(token).await?;
    if visit.stage() != MailStage::Available {
        return Ok(None);
    }
    match app.service().lead(&visit, None).await? {
        Led::To(link) => Ok(Some(to(&link))),
        Led::Asked => Ok(None),
        Led::Nowhere => Err(ApiError::new(Code::LinkUnavailable)),
    }
}

/// What the page says: the question for an address, or that there is nothing yet.
async fn said(app: &App, request: &HttpRequest, token: &str, refused: Option<Refusal>) -> HttpResponse {
    let shown = async {
        let visit = app.auth().mail_visit(token).await?;
        let page = match visit.stage() {
            MailStage::Available => Page::Address(refused),
            stage => Page::Unreleased(stage),
        };
        Ok(Shown { page, branding: app.service().branding(visit.tenant()).await? })
    };
    answer(request, &shown.await)
}

/// On to the link of whoever has the address. Nothing of the form is read from another site, or from somebody who has to wait.
async fn lead(
    app: &App,
    request: &HttpRequest,
    token: &str,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    if is_from_elsewhere(request) {
        return Err(ApiError::new(Code::Forbidden));
    }
    app.count_verification(request).await?;
    let form: Form = form::read(app, request, payload).await?;
    let visit = app.auth().mail_visit(token).await?;
    if visit.stage() != MailStage::Available || form.step == "look" {
        // The page says what there is.
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, request.path())).finish());
    }
    app.auth().limits().count([tries(&visit)]).await?;
    let address: EmailAddress = form.address.parse().map_err(|_| ApiError::new(Code::WrongAddress))?;
    match app.service().lead(&visit, Some(&address)).await? {
        Led::To(link) => Ok(to(&link)),
        Led::Asked | Led::Nowhere => Err(ApiError::new(Code::WrongAddress)),
    }
}

fn tries(visit: &MailVisit) -> LimitKey {
    LimitKey::mail("mail.lead", visit.tenant(), visit.transfer()).at(Rate::per_minute(A_MINUTE))
}

fn to(link: &sealpost_auth::LinkToken) -> HttpResponse {
    let location = format!("/t/{}", link.to_url_text());
    HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
}
