//! `/signin` and what belongs to it.

use actix_web::{FromRequest as _, HttpRequest, HttpResponse, ResponseError as _, http::StatusCode, web};
use sealpost_auth::{AuthError, SecondFactor};
use sealpost_domain::{Language, Policy, SessionStage};
use serde::Deserialize;

use super::{
    super::language,
    answer::{refused, see, shown},
    form::Fields,
    texts::{password_rules, refusal, text, weakness},
    view::{Field, Form, Section, View},
    way_back::WayBack,
    ways,
};
use crate::{
    App,
    error::{ApiError, Code},
    grant::{Pending, session_cookie},
    signin::begin,
};

/// Which tenant, if a link says so.
#[derive(Deserialize)]
struct Of {
    tenant: Option<String>,
}

fn language(request: &HttpRequest) -> Language {
    language::of(request.headers())
}

/// Where a sign-in goes on.
fn next(request: &HttpRequest, stage: SessionStage) -> String {
    let back = WayBack::of(request);
    match stage {
        SessionStage::Full => back.path(),
        SessionStage::PasswordChange => "/account".to_owned(),
        SessionStage::SecondFactor => back.by_way_of("/signin/second-factor"),
    }
}

async fn sign_in_view(app: &App, request: &HttpRequest, tenant: &str, email: &str) -> View {
    let language = language(request);
    let slug = tenant.parse().ok();
    let methods = app.auth().sign_in_methods(slug.as_ref()).await.ok();
    let mut view = View::new(language, "signin");
    let back = WayBack::of(request);
    view.afterwards = back.path();
    if methods.as_ref().is_none_or(|methods| methods.password) {
        let mut who = Field::new(language, "tenant", "text", "organization").value(tenant);
        let mut address = Field::new(language, "email", "email", "username").value(email);
        let mut password = Field::new(language, "password", "password", "current-password");
        if tenant.is_empty() {
            who = who.focused();
        } else if email.is_empty() {
            address = address.focused();
        } else {
            password = password.focused();
        }
        view.sections.push(Form::new(language, "button_signin", vec![who, address, password]).alone());
    }
    if methods.is_some_and(|methods| methods.passkey) {
        let passkey = Some(("signin", text(language, "button_passkey")));
        view.sections.push(Section { passkey, ..Section::default() });
        view.script = true;
    }
    if let Some(slug) = &slug {
        // A page without them is better than none.
        let ways = ways::sign_in(app, language, slug, &back).await.unwrap_or_default();
        view.sections.push(Section { ways, ..Section::default() });
    }
    view.links.push(("/signin/forgotten".to_owned(), text(language, "link_forgotten")));
    view
}

/// `GET /signin`
pub(super) async fn show(app: App, request: HttpRequest) -> HttpResponse {
    let of =
        web::Query::<Of>::from_query(request.query_string()).ok().and_then(|query| query.into_inner().tenant);
    let view = sign_in_view(&app, &request, of.as_deref().unwrap_or_default(), "").await;
    shown(&request, StatusCode::OK, &view)
}

/// `POST /signin`
pub(super) async fn submit(app: App, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let fields = match Fields::read(&app, &request, payload).await {
        Ok(fields) => fields,
        Err(error) => return refused(&request, &error, sign_in_view(&app, &request, "", "").await),
    };
    let (tenant, email) = (fields.get("tenant").trim(), fields.get("email"));
    let signed_in = async {
        let who = app.auth().sign_in_with_password(tenant, email, fields.get("password")).await?;
        begin(&app, &request, who).await
    };
    match signed_in.await {
        Ok(session) => see(&next(&request, session.stage), Some(session_cookie::of(&app, &session))),
        Err(error) => refused(&request, &error, sign_in_view(&app, &request, tenant, email).await),
    }
}

fn second_view(request: &HttpRequest, problem: Option<String>) -> View {
    let language = language(request);
    let mut view = View::new(language, "second_factor");
    view.afterwards = WayBack::of(request).path();
    let code = Field::new(language, "code", "text", "one-time-code").focused().problem(problem);
    view.sections.push(Section {
        text: Some(text(language, "second_factor_hint")),
        forms: vec![Form::new(language, "button_next", vec![code])],
        passkey: Some(("second", text(language, "button_passkey"))),
        ..Section::default()
    });
    view.script = true;
    let recovery = Field::new(language, "recovery_code", "text", "off");
    view.sections.push(Section {
        heading: Some(text(language, "recovery")),
        forms: vec![Form::new(language, "button_next", vec![recovery])],
        ..Section::default()
    });
    view
}

/// `GET /signin/second-factor`
pub(super) async fn show_second(app: App, request: HttpRequest) -> HttpResponse {
    let Ok(Pending(pending)) = Pending::extract(&request).await else {
        return see("/signin", None);
    };
    if pending.stage() != SessionStage::SecondFactor || app.auth().enrolment(pending).await.is_ok() {
        return see("/account", None);
    }
    shown(&request, StatusCode::OK, &second_view(&request, None))
}

/// `POST /signin/second-factor`
pub(super) async fn submit_second(app: App, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let done = async {
        let fields = Fields::read(&app, &request, payload).await?;
        let Pending(pending) = Pending::extract(&request).await?;
        let second = match fields.get("code") {
            "" => SecondFactor::RecoveryCode(fields.get("recovery_code")),
            code => SecondFactor::Code(code),
        };
        let further = app.auth().show_second_factor(&pending, second).await?;
        Ok::<_, ApiError>(see(
            &next(&request, further.stage),
            Some(session_cookie::renewed(&app, &pending, &further.bearer)),
        ))
    };
    match done.await {
        Ok(response) => response,
        Err(error) if error.code() == Code::Unauthorized => see("/signin", None),
        Err(error) => {
            let problem = text(language(&request), refusal(error.code()));
            refused(&request, &error, second_view(&request, Some(problem)))
        }
    }
}

fn forgotten_view(request: &HttpRequest) -> View {
    let language = language(request);
    let mut view = View::new(language, "forgotten");
    let fields = vec![
        Field::new(language, "tenant", "text", "organization").focused(),
        Field::new(language, "email", "email", "username"),
    ];
    view.sections.push(Section {
        text: Some(text(language, "forgotten_hint")),
        forms: vec![Form::new(language, "button_send", fields)],
        ..Section::default()
    });
    view.links.push(("/signin".to_owned(), text(language, "signin")));
    view
}

/// `GET /signin/forgotten`
pub(super) async fn show_forgotten(request: HttpRequest) -> HttpResponse {
    shown(&request, StatusCode::OK, &forgotten_view(&request))
}

/// `POST /signin/forgotten`
pub(super) async fn submit_forgotten(app: App, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    match Fields::read(&app, &request, payload).await {
        Ok(fields) => {
            app.auth().forgotten_password(fields.get("tenant").trim(), fields.get("email"));
            let mut view = forgotten_view(&request);
            view.sections.clear();
            view.done = Some(text(language(&request), "forgotten_done"));
            shown(&request, StatusCode::ACCEPTED, &view)
        }
        Err(error) => refused(&request, &error, forgotten_view(&request)),
    }
}

fn reset_view(request: &HttpRequest, policy: &Policy, problem: Option<String>) -> View {
    let language = language(request);
    let mut view = View::new(language, "reset");
    let field = Field::new(language, "new", "password", "new-password").focused().problem(problem);
    view.sections.push(Section {
        text: Some(password_rules(language, policy)),
        forms: vec![Form::new(language, "button_set", vec![field])],
        ..Section::default()
    });
    view
}

fn no_link(request: &HttpRequest, error: &ApiError) -> HttpResponse {
    let language = language(request);
    let mut view = View::new(language, "reset");
    view.alert = Some(text(language, "error_reset_link"));
    view.links.push(("/signin/forgotten".to_owned(), text(language, "link_again")));
    shown(request, error.status_code(), &view)
}

/// `GET /signin/reset/{token}`
pub(super) async fn show_reset(app: App, request: HttpRequest, token: web::Path<String>) -> HttpResponse {
    let checked = async {
        app.count_sign_in(&request).await?;
        Ok::<_, ApiError>(app.auth().check_reset(&token).await?)
    };
    match checked.await {
        Ok(policy) => shown(&request, StatusCode::OK, &reset_view(&request, &policy, None)),
        Err(error) => no_link(&request, &error),
    }
}

/// `POST /signin/reset/{token}`
pub(super) async fn submit_reset(
    app: App,
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
) -> HttpResponse {
    let fields = match Fields::read(&app, &request, payload).await {
        Ok(fields) => fields,
        Err(error) => return refused(&request, &error, View::new(language(&request), "reset")),
    };
    let policy = match app.auth().check_reset(&token).await {
        Ok(policy) => policy,
        Err(error) => return no_link(&request, &error.into()),
    };
    match app.auth().reset_password(&token, fields.get("new")).await {
        Ok(()) => {
            let mut view = View::new(language(&request), "reset");
            view.done = Some(text(language(&request), "reset_done"));
            view.links.push(("/signin".to_owned(), text(language(&request), "signin")));
            shown(&request, StatusCode::OK, &view)
        }
        Err(AuthError::WeakPassword(weak)) => {
            let view = reset_view(&request, &policy, Some(weakness(language(&request), &weak)));
            shown(&request, StatusCode::BAD_REQUEST, &view)
        }
        Err(AuthError::CredentialsWrong) => no_link(&request, &AuthError::CredentialsWrong.into()),
        Err(error) => refused(&request, &error.into(), reset_view(&request, &policy, None)),
    }
}
