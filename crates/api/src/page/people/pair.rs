//! `/pair`: whoever has signed in says whether the add-in that shows a code is his.
//!
//! Outlook shows it in a window of its own, or somebody opens it in any browser. A GET says what asks, and changes nothing.

use actix_web::{FromRequest as _, HttpRequest, HttpResponse, http::StatusCode, web, web::Query};
use sealpost_auth::{AccountSession, PairingView};
use sealpost_domain::{Language, SessionStage};
use sealpost_wording::moment;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::{
    super::language,
    answer::{refused, see, shown},
    form::Fields,
    program,
    texts::{filled, text},
    view::{Field, Form, Section, View},
};
use crate::{
    App,
    error::{ApiError, Code},
    grant::{Account, Pending},
};

/// What the address says.
#[derive(Default, Deserialize)]
struct Asked {
    code: Option<String>,
    /// Where whoever has to sign in first does so.
    tenant: Option<String>,
}

/// `GET /pair`
pub(super) async fn show(app: App, request: HttpRequest) -> HttpResponse {
    let asked = Query::<Asked>::from_query(request.query_string()).map(Query::into_inner).unwrap_or_default();
    let account = match signed_in(&request, &asked).await {
        Ok(account) => account,
        Err(elsewhere) => return elsewhere,
    };
    let code = asked.code.unwrap_or_default();
    if code.is_empty() {
        return shown(&request, StatusCode::OK, &type_it(language::of(request.headers())));
    }
    look(&app, &request, &account, &code).await
}

/// `POST /pair`
pub(super) async fn submit(app: App, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let account = match signed_in(&request, &Asked::default()).await {
        Ok(account) => account,
        Err(elsewhere) => return elsewhere,
    };
    act(&app, &request, &account, payload).await
}

/// Whose session the browser has; or where he goes to complete it.
async fn signed_in(request: &HttpRequest, asked: &Asked) -> Result<AccountSession, HttpResponse> {
    if let Ok(Account(account)) = Account::extract(request).await {
        return Ok(account);
    }
    let stage = Pending::extract(request).await.ok().map(|Pending(pending)| pending.stage());
    let page = match stage {
        Some(SessionStage::SecondFactor) => "/signin/second-factor",
        Some(SessionStage::PasswordChange) => return Err(see("/account", None)),
        Some(SessionStage::Full) | None => "/signin",
    };
    let mut query = Serializer::new(String::new());
    if let Some(tenant) = &asked.tenant {
        query.append_pair("tenant", tenant);
    }
    let back = match &asked.code {
        Some(code) => format!("/pair?{}", Serializer::new(String::new()).append_pair("code", code).finish()),
        None => "/pair".to_owned(),
    };
    Err(see(&format!("{page}?{}", query.append_pair("return_to", &back).finish()), None))
}

async fn act(
    app: &App,
    request: &HttpRequest,
    account: &AccountSession,
    payload: web::Payload,
) -> HttpResponse {
    let language = language::of(request.headers());
    let fields = match Fields::read(app, request, payload).await {
        Ok(fields) => fields,
        Err(error) => return refused(request, &error, type_it(language)),
    };
    let code = fields.get("pairing_code");
    let (done, said) = match fields.get("deed") {
        "pair-confirm" => (app.auth().confirm_pairing(account, code).await, "pair_confirmed"),
        "pair-refuse" => (app.auth().refuse_pairing(account, code).await, "pair_refused"),
        _ => return look(app, request, account, code).await,
    };
    match done {
        Ok(()) => {
            let mut view = View::new(language, "pair");
            view.done = Some(text(language, said));
            view.links.push(("/account".to_owned(), text(language, "pair_link_account")));
            shown(request, StatusCode::OK, &view)
        }
        Err(error) => not_it(request, &error.into()),
    }
}

/// What asks, and the question.
async fn look(app: &App, request: &HttpRequest, account: &AccountSession, code: &str) -> HttpResponse {
    let found = async {
        app.count_sign_in(request).await?;
        Ok::<_, ApiError>(app.auth().pairing(account, code).await?)
    };
    match found.await {
        Ok(pairing) => shown(request, StatusCode::OK, &question(language::of(request.headers()), &pairing)),
        Err(error) => not_it(request, &error),
    }
}

fn question(language: Language, pairing: &PairingView) -> View {
    let mut view = View::new(language, "pair");
    let program = program::words(&pairing.agent).unwrap_or_else(|| text(language, "pair_program_unknown"));
    let began = moment(language, pairing.begun_at);
    view.sections.push(Section {
        text: Some(text(language, "pair_compare")),
        secret: Some(pairing.user_code.clone()),
        spelled: true,
        ..Section::default()
    });
    let elsewhere = pairing.from_elsewhere.then(|| text(language, "pair_elsewhere"));
    let code = || vec![Field::hidden("pairing_code", &pairing.user_code)];
    view.sections.push(Section {
        text: Some(filled(language, "pair_asks", &[("program", &program), ("date", &began)])),
        warning: Some(elsewhere.unwrap_or_else(|| text(language, "pair_warning"))),
        forms: vec![
            Form::new(language, "button_pair_confirm", code()).deed("pair-confirm"),
            Form::new(language, "button_pair_refuse", code()).deed("pair-refuse").second(),
        ],
        ..Section::default()
    });
    view
}

/// A form for a code.
fn type_it(language: Language) -> View {
    let mut view = View::new(language, "pair");
    let code = Field::new(language, "pairing_code", "text", "off").focused();
    view.sections.push(Section {
        text: Some(text(language, "pair_type")),
        forms: vec![Form::new(language, "button_next", vec![code])],
        ..Section::default()
    });
    view
}

/// Nothing can be said to this code, and another may be typed.
fn not_it(request: &HttpRequest, error: &ApiError) -> HttpResponse {
    let language = language::of(request.headers());
    let why = match error.code() {
        Code::NotFound => "pair_unknown",
        Code::PairingOver => "pair_over",
        Code::Forbidden => "pair_other_tenant",
        _ => return refused(request, error, type_it(language)),
    };
    let mut view = type_it(language);
    view.alert = Some(text(language, why));
    let status = if error.code() == Code::Forbidden { StatusCode::FORBIDDEN } else { StatusCode::NOT_FOUND };
    shown(request, status, &view)
}
