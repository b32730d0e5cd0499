//! The part of `/account` with one's own API tokens.

use std::time::Duration;

use sealpost_auth::{AccountSession, SteppedUp};
use sealpost_domain::{Language, Scope, Scopes};
use sealpost_wording::moment;

use super::{
    form::Fields,
    texts::{filled, text},
    view::{Entry, Field, Form, Section},
};
use crate::{
    App,
    account::tokens::issue::make,
    error::{ApiError, Code},
};

/// For how many days a token can be made.
const LIVES: [u64; 3] = [90, 30, 365];

/// The tokens that count, and a form for another: where nobody has shown a moment ago who he is, a sentence that says so.
pub(super) async fn section(
    app: &App,
    language: Language,
    account: &AccountSession,
    stepped_up: bool,
) -> Result<Section, ApiError> {
    let now = app.now();
    let tokens = app.auth().own_tokens(account).await?;
    let words = |key: &str| text(language, key);
    let entry = |token: sealpost_auth::OwnToken| {
        let used = token.used_at.map_or_else(|| words("entry_unused"), |used| moment(language, used));
        let scopes: Vec<_> = token.scopes.iter().map(|scope| words(&format!("scope_{scope}"))).collect();
        let id = Field::hidden("token", &token.id.to_string());
        Entry {
            name: token.label,
            facts: vec![
                (words("token_scopes"), scopes.join(", ")),
                (words("entry_made"), moment(language, token.created_at)),
                (words("entry_used"), used),
                (words("token_ends"), moment(language, token.expires_at)),
            ],
            form: Form::new(language, "button_revoke", vec![id]).deed("token-revoke"),
        }
    };
    let counts = |token: &sealpost_auth::OwnToken| token.revoked_at.is_none() && now < token.expires_at;
    let hint = if stepped_up {
        words("tokens_hint")
    } else {
        format!("{} {}", words("tokens_hint"), words("tokens_step_up"))
    };
    Ok(Section {
        heading: Some(words("tokens")),
        text: Some(hint),
        entries: tokens.into_iter().filter(counts).map(entry).collect(),
        forms: stepped_up.then(|| form(language, account)).into_iter().collect(),
        ..Section::default()
    })
}

/// What a token is for is asked first, then what it may do: nothing is ticked but what its maker has.
fn form(language: Language, account: &AccountSession) -> Form {
    let mut fields = vec![Field::new(language, "label", "text", "off")];
    let scopes = account.scopes().iter().filter(|scope| name(*scope).is_some());
    fields.extend(scopes.filter_map(|scope| Some(Field::tick(language, name(scope)?, scope == Scope::Send))));
    let days = |days: u64| (days.to_string(), filled(language, "days", &[("n", &days.to_string())]));
    fields.push(Field::choice(language, "days", LIVES.map(days).to_vec()));
    Form::new(language, "button_token", fields).deed("token-issue")
}

/// Makes the token that the form asks for, and gives what is shown this once.
pub(super) async fn issue(
    app: &App,
    language: Language,
    account: &SteppedUp<AccountSession>,
    fields: &Fields,
) -> Result<Section, ApiError> {
    let ticked = |scope: &Scope| name(*scope).is_some_and(|name| !fields.get(name).is_empty());
    let scopes = Scopes::new(Scope::ALL.iter().copied().filter(ticked));
    let days = LIVES.into_iter().find(|days| days.to_string() == fields.get("days"));
    let days = days.ok_or_else(|| ApiError::new(Code::InvalidRequest))?;
    let expires_at = app.now() + Duration::from_secs(days * 24 * 3_600);
    let issued = make(app, account, fields.get("label"), scopes, expires_at).await?;
    Ok(Section {
        text: Some(text(language, "token_shown")),
        secret: Some(issued.bearer),
        ..Section::default()
    })
}

/// The name of a scope's box; `None` for what no person's token has.
const fn name(scope: Scope) -> Option<&'static str> {
    match scope {
        Scope::Send => Some("scope_send"),
        Scope::Read => Some("scope_read"),
        Scope::Admin => Some("scope_admin"),
        Scope::Audit => Some("scope_audit"),
        Scope::Scim => None,
    }
}
