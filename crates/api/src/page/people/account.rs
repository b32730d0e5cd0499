//! `/account`: what guards one's own account.

use actix_web::{FromRequest as _, HttpRequest, HttpResponse, cookie::Cookie, http::StatusCode, web};
use sealpost_auth::{AuthError, PendingSession, Proof, Weakness};
use sealpost_domain::{Language, Policy, SessionStage};
use sealpost_wording::moment;

use super::{
    super::language,
    answer::{refused, see, shown},
    form::Fields,
    texts::{filled, password_rules, text, weakness},
    tokens,
    view::{Entry, Field, Form, Section, View},
    ways,
};
use crate::{
    App,
    error::{ApiError, Code},
    grant::{Account, Pending, SteppedAccount, forget_session, session_cookie},
};

/// What a form has brought about.
enum Outcome {
    /// Another page.
    See(&'static str, Option<Cookie<'static>>),
    /// The page again, with what was done, and what is shown this once.
    Done(&'static str, Option<Box<Section>>, Option<Cookie<'static>>),
    /// The page again, with why a password is not good enough.
    Weak(Weakness),
}

/// `GET /account`
pub(super) async fn show(app: App, request: HttpRequest) -> HttpResponse {
    let Ok(Pending(pending)) = Pending::extract(&request).await else {
        return see("/signin", None);
    };
    match view(&app, &request, &pending, None).await {
        Ok(view) => shown(&request, StatusCode::OK, &view),
        Err(error) if error.code() == Code::Unauthorized => see("/signin/second-factor", None),
        Err(error) => refused(&request, &error, View::new(language::of(request.headers()), "account")),
    }
}

/// `POST /account`
pub(super) async fn submit(app: App, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let language = language::of(request.headers());
    let Ok(Pending(pending)) = Pending::extract(&request).await else {
        return see("/signin", None);
    };
    let outcome = act(&app, &request, &pending, payload).await;
    let (weak, failed) = match outcome {
        Ok(Outcome::See(path, cookie)) => return see(path, cookie),
        Ok(Outcome::Done(said, once, cookie)) => return done(&request, said, once, cookie),
        Ok(Outcome::Weak(weak)) => (Some(weakness(language, &weak)), None),
        Err(error) => (None, Some(error)),
    };
    let view = match view(&app, &request, &pending, weak).await {
        Ok(view) => view,
        Err(error) => return refused(&request, &error, View::new(language, "account")),
    };
    match failed {
        Some(error) => refused(&request, &error, view),
        None => shown(&request, StatusCode::BAD_REQUEST, &view),
    }
}

fn done(
    request: &HttpRequest,
    said: &str,
    once: Option<Box<Section>>,
    cookie: Option<Cookie<'static>>,
) -> HttpResponse {
    let language = language::of(request.headers());
    let mut view = View::new(language, "account");
    view.done = Some(text(language, said));
    view.sections.extend(once.map(|once| *once));
    view.links.push(("/account".to_owned(), text(language, "link_account")));
    let mut response = shown(request, StatusCode::OK, &view);
    if let Some(cookie) = cookie {
        // A name and a secret of our own making always make a header.
        let _ = response.add_cookie(&cookie);
    }
    response
}

/// Recovery codes, if there are new ones.
fn recovery(language: Language, codes: Vec<String>) -> Option<Box<Section>> {
    (!codes.is_empty()).then(|| {
        Box::new(Section {
            heading: Some(text(language, "recovery")),
            text: Some(text(language, "recovery_hint")),
            items: codes,
            ..Section::default()
        })
    })
}

async fn act(
    app: &App,
    request: &HttpRequest,
    pending: &PendingSession,
    payload: web::Payload,
) -> Result<Outcome, ApiError> {
    let fields = Fields::read(app, request, payload).await?;
    let (auth, language) = (app.auth(), language::of(request.headers()));
    let renewed = |bearer: &str| session_cookie::renewed(app, pending, bearer);
    match fields.get("deed") {
        "password" => {
            let old = Some(fields.get("old")).filter(|old| !old.is_empty());
            match auth.change_password(pending, old, fields.get("new")).await {
                Ok(changed) => {
                    let cookie = changed.advanced.map(|further| renewed(&further.bearer));
                    Ok(Outcome::Done("done_password", None, cookie))
                }
                Err(AuthError::WeakPassword(weak)) => Ok(Outcome::Weak(weak)),
                Err(error) => Err(error.into()),
            }
        }
        "totp-begin" => {
            let by = auth.enrolment(pending.clone()).await?;
            auth.begin_totp(&by).await?;
            Ok(Outcome::See("/account", None))
        }
        "totp-confirm" => {
            let by = auth.enrolment(pending.clone()).await?;
            let done = auth.confirm_totp(&by, fields.get("code")).await?;
            let cookie = done.advanced.map(|further| renewed(&further.bearer));
            Ok(Outcome::Done("done_totp", recovery(language, done.what), cookie))
        }
        "totp-remove" => {
            auth.remove_totp(&SteppedAccount::extract(request).await?.0).await?;
            Ok(Outcome::See("/account", None))
        }
        "recovery" => {
            let codes = auth.renew_recovery_codes(&SteppedAccount::extract(request).await?.0).await?;
            Ok(Outcome::Done("done_recovery", recovery(language, codes), None))
        }
        "passkey-remove" => {
            let id = fields.get("passkey").parse().map_err(|_| ApiError::new(Code::NotFound))?;
            auth.remove_passkey(&SteppedAccount::extract(request).await?.0, id).await?;
            Ok(Outcome::See("/account", None))
        }
        "step-up" => {
            let account = Account::extract(request).await?.0;
            let proof = match fields.get("code") {
                "" => Proof::Password(fields.get("password")),
                code => Proof::Code(code),
            };
            auth.step_up(&account, proof).await?;
            Ok(Outcome::See("/account", None))
        }
        "token-issue" => {
            let account = SteppedAccount::extract(request).await?.0;
            let once = tokens::issue(app, language, &account, &fields).await?;
            Ok(Outcome::Done("done_token", Some(Box::new(once)), None))
        }
        "token-revoke" => {
            let id = fields.get("token").parse().map_err(|_| ApiError::new(Code::NotFound))?;
            auth.revoke_own_token(&Account::extract(request).await?.0, id).await?;
            Ok(Outcome::See("/account", None))
        }
        "sign-out" => {
            auth.end_session(pending).await?;
            Ok(Outcome::See("/signin", Some(forget_session(app))))
        }
        "sign-out-everywhere" => {
            auth.end_own_sessions(&Account::extract(request).await?.0, false).await?;
            Ok(Outcome::See("/signin", Some(forget_session(app))))
        }
        _ => Err(ApiError::new(Code::InvalidRequest)),
    }
}

/// All of the page, or as much of it as the sign-in has got to.
async fn view(
    app: &App,
    request: &HttpRequest,
    pending: &PendingSession,
    weak: Option<String>,
) -> Result<View, ApiError> {
    let language = language::of(request.headers());
    let mut view = View::new(language, "account");
    view.script = true;
    match pending.stage() {
        SessionStage::PasswordChange => {
            let mut section = password(language, pending.policy(), true, weak);
            let rules = section.text.take().unwrap_or_default();
            section.text = Some(format!("{} {rules}", text(language, "must_change")));
            view.sections.push(section);
        }
        SessionStage::SecondFactor => {
            let mut section = totp(app, language, pending, None).await?;
            section.text = Some(text(language, "must_enrol"));
            view.sections.push(section);
            view.sections.push(Section {
                passkey: Some(("add", text(language, "button_passkey_add"))),
                ..Section::default()
            });
        }
        SessionStage::Full => full(app, request, pending, weak, &mut view).await?,
    }
    view.sections.push(Form::new(language, "button_sign_out", Vec::new()).deed("sign-out").alone());
    Ok(view)
}

async fn full(
    app: &App,
    request: &HttpRequest,
    pending: &PendingSession,
    weak: Option<String>,
    view: &mut View,
) -> Result<(), ApiError> {
    let language = language::of(request.headers());
    let account = Account::extract(request).await?.0;
    let who = app.auth().who_am_i(pending).await?;
    let guards = app.auth().own_account(&account).await?;
    let person =
        if who.name.is_empty() { who.email.clone() } else { format!("{} ({})", who.name, who.email) };
    let mut top = Section { items: vec![person, who.tenant_name.clone()], ..Section::default() };
    let stepped_up = app.now() < who.stepped_up_until;
    if !stepped_up {
        top.text = Some(text(language, "step_up_hint"));
        if guards.has_password {
            let field = Field::new(language, "password", "password", "current-password");
            top.forms.push(Form::new(language, "button_confirm", vec![field]).deed("step-up"));
        }
        if guards.totp_since.is_some() {
            let code = Field::new(language, "code", "text", "one-time-code");
            top.forms.push(Form::new(language, "button_confirm", vec![code]).deed("step-up"));
        }
        if guards.passkeys > 0 {
            top.passkey = Some(("stepup", text(language, "button_passkey")));
        }
        top.ways = ways::again(app, language, &account).await?;
    }
    view.sections.push(top);
    view.sections.push(password(language, account.policy(), guards.has_password, weak));
    view.sections
        .push(totp(app, language, pending, guards.totp_since.map(|since| moment(language, since))).await?);
    if guards.totp_since.is_some() || guards.passkeys > 0 {
        let left = filled(language, "recovery_left", &[("n", &guards.recovery_codes.to_string())]);
        view.sections.push(Section {
            heading: Some(text(language, "recovery")),
            text: Some(left),
            forms: vec![Form::new(language, "button_recovery", Vec::new()).deed("recovery")],
            ..Section::default()
        });
    }
    view.sections.push(passkeys(app, language, &account).await?);
    view.sections.push(Section {
        heading: Some(text(language, "keys")),
        text: Some(text(language, "keys_hint")),
        ways: vec![("/account/keys".to_owned(), text(language, "keys_link"))],
        ..Section::default()
    });
    view.sections.push(tokens::section(app, language, &account, stepped_up).await?);
    let sessions = app.auth().own_sessions(&account).await?;
    view.sections.push(Section {
        heading: Some(text(language, "sessions")),
        items: sessions
            .iter()
            .map(|one| format!("{} – {}", one.agent, moment(language, one.seen_at)))
            .collect(),
        forms: vec![Form::new(language, "button_everywhere", Vec::new()).deed("sign-out-everywhere")],
        ..Section::default()
    });
    Ok(())
}

fn password(language: Language, policy: &Policy, has: bool, weak: Option<String>) -> Section {
    let mut fields = Vec::new();
    if has {
        fields.push(Field::new(language, "old", "password", "current-password"));
    }
    fields.push(Field::new(language, "new", "password", "new-password").problem(weak));
    Section {
        heading: Some(text(language, "password")),
        text: Some(password_rules(language, policy)),
        forms: vec![Form::new(language, "button_set", fields).deed("password")],
        ..Section::default()
    }
}

/// The app: since when there is one, its picture while it waits for a code, or how to begin.
async fn totp(
    app: &App,
    language: Language,
    pending: &PendingSession,
    since: Option<String>,
) -> Result<Section, ApiError> {
    let heading = Some(text(language, "totp"));
    if let Some(since) = since {
        return Ok(Section {
            heading,
            text: Some(filled(language, "totp_since", &[("date", &since)])),
            forms: vec![Form::new(language, "button_remove", Vec::new()).deed("totp-remove")],
            ..Section::default()
        });
    }
    let offered = match app.auth().enrolment(pending.clone()).await {
        Ok(by) => app.auth().offered_totp(&by).await.ok(),
        Err(AuthError::StepUpNeeded) => None,
        Err(error) => return Err(error.into()),
    };
    let begin = Form::new(language, "button_totp", Vec::new()).deed("totp-begin");
    let Some(offered) = offered else {
        return Ok(Section {
            heading,
            text: Some(text(language, "totp_hint")),
            forms: vec![begin],
            ..Section::default()
        });
    };
    let code = Field::new(language, "code", "text", "one-time-code");
    Ok(Section {
        heading,
        text: Some(text(language, "totp_scan")),
        items: vec![offered.secret],
        picture: Some(offered.picture),
        forms: vec![Form::new(language, "button_confirm", vec![code]).deed("totp-confirm")],
        ..Section::default()
    })
}

async fn passkeys(
    app: &App,
    language: Language,
    account: &sealpost_auth::AccountSession,
) -> Result<Section, ApiError> {
    let passkeys = app.auth().own_passkeys(account).await?;
    let entry = |passkey: sealpost_auth::PasskeyView| {
        let id = Field::hidden("passkey", &passkey.id.to_string());
        let used = passkey.last_used_at.map(|used| moment(language, used));
        Entry {
            name: passkey.label,
            facts: vec![
                (text(language, "entry_made"), moment(language, passkey.created_at)),
                (text(language, "entry_used"), used.unwrap_or_else(|| text(language, "entry_unused"))),
            ],
            form: Form::new(language, "button_remove", vec![id]).deed("passkey-remove"),
        }
    };
    Ok(Section {
        heading: Some(text(language, "passkeys")),
        text: Some(text(language, "passkeys_hint")),
        entries: passkeys.into_iter().map(entry).collect(),
        passkey: Some(("add", text(language, "button_passkey_add"))),
        ..Section::default()
    })
}
