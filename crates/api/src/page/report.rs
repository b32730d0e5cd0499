//! `/t/{token}/report`: the page on which a recipient says that something should not have been sent.
//!
//! It works without script, account and password: whoever suspects something shall not have to show anything first. A GET
//! changes nothing, and what counts is the form that a person sends.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use sealpost_domain::{AbuseReason, Language, TenantId};
use serde::{Deserialize, Serialize};

use super::{
    STYLE_PATH,
    brand::{self, BrandView},
    catalogue::{Texts, text, texts},
    form, is_from_elsewhere, language, problem, switch,
};
use crate::{
    App,
    error::{ApiError, Code},
};

/// Where the page is.
pub(crate) const PATH: &str = "/t/{token}/report";

/// What the form brings.
#[derive(Deserialize)]
struct Form {
    /// Empty, or absent, if none was chosen.
    #[serde(default)]
    reason: String,
    #[serde(default)]
    text: String,
}

#[derive(Serialize)]
struct Context {
    language: &'static str,
    style: String,
    t: &'static Texts,
    /// Words and labels of the reasons.
    reasons: Vec<(&'static str, &'static str)>,
    /// What was typed, if the form comes once more.
    typed: String,
    /// What is wrong with the form.
    alert: Option<&'static str>,
    done: bool,
    back: String,
    languages: Vec<switch::Way>,
    brand: Option<BrandView>,
}

/// What is shown of whose link.
struct Shown {
    tenant: TenantId,
    what: What,
}

enum What {
    Form { alert: Option<&'static str>, typed: String },
    Done,
}

/// `GET /t/{token}/report`
pub(crate) async fn show(app: App, request: HttpRequest, token: web::Path<String>) -> HttpResponse {
    let form = async || {
        let tenant = app.auth().check_report(&token).await?;
        let what = What::Form { alert: None, typed: String::new() };
        answer(&app, &request, &token, Shown { tenant, what }).await
    };
    form().await.unwrap_or_else(|error| problem(&request, error))
}

/// `POST /t/{token}/report`
pub(crate) async fn submit(
    app: App,
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
) -> HttpResponse {
    let taken = async || {
        let shown = take(&app, &request, &token, payload).await?;
        answer(&app, &request, &token, shown).await
    };
    taken().await.unwrap_or_else(|error| problem(&request, error))
}

async fn take(
    app: &App,
    request: &HttpRequest,
    token: &str,
    payload: web::Payload,
) -> Result<Shown, ApiError> {
    if is_from_elsewhere(request) {
        return Err(ApiError::new(Code::Forbidden));
    }
    app.count_verification(request).await?;
    let form: Form = form::read(app, request, payload).await?;
    let Ok(reason) = form.reason.parse::<AbuseReason>() else {
        let tenant = app.auth().check_report(token).await?;
        return Ok(Shown { tenant, what: What::Form { alert: Some("report_no_reason"), typed: form.text } });
    };
    let grant = app.auth().report_grant(token).await?;
    app.service().report_abuse(&grant, reason, &form.text).await?;
    Ok(Shown { tenant: grant.tenant(), what: What::Done })
}

async fn answer(
    app: &App,
    request: &HttpRequest,
    token: &str,
    shown: Shown,
) -> Result<HttpResponse, ApiError> {
    let language = language::of(request.headers());
    let (alert, typed, done) = match shown.what {
        What::Form { alert, typed } => (alert, typed, false),
        What::Done => (None, String::new(), true),
    };
    let context = Context {
        language: language.as_str(),
        style: format!("{STYLE_PATH}?v={}", env!("CARGO_PKG_VERSION")),
        t: texts(language),
        reasons: AbuseReason::ALL.iter().map(|reason| (reason.as_str(), label(language, *reason))).collect(),
        typed,
        alert: alert.map(|key| text(language, key)),
        done,
        back: format!("/t/{token}"),
        languages: switch::ways(request, language),
        brand: BrandView::read(app, language, shown.tenant).await?,
    };
    let html = super::render::report(&context).map_err(ApiError::internal)?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_LANGUAGE, language.as_str()))
        .insert_header((header::CONTENT_SECURITY_POLICY, brand::POLICY))
        .insert_header((header::VARY, switch::VARY))
        .insert_header((header::HeaderName::from_static("x-robots-tag"), "noindex, nofollow"))
        .body(html))
}

fn label(language: Language, reason: AbuseReason) -> &'static str {
    let key = match reason {
        AbuseReason::Misdirected => "report_misdirected",
        AbuseReason::Malware => "report_malware",
        AbuseReason::Phishing => "report_phishing",
        AbuseReason::Unwanted => "report_unwanted",
        AbuseReason::Illegal => "report_illegal",
        AbuseReason::Other => "report_other",
    };
    text(language, key)
}
