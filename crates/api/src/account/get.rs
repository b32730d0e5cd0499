//! `GET /api/v1/account`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Account,
    signin::providers::Provider,
    wire::Time,
};

/// What guards an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountGuards {
    /// Whether there is a password.
    password: bool,
    /// When it was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    password_changed_at: Option<Time>,
    /// Since when an app makes codes; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    totp_since: Option<Time>,
    /// How many recovery codes are left.
    recovery_codes: u64,
    /// How many passkeys there are.
    passkeys: u64,
    /// Where a browser can go to show a credential again at an identity provider, in place of
    /// `POST /api/v1/session/step-up`.
    providers: Vec<Provider>,
}

/// Says what guards one's own account
#[utoipa::path(
    tag = "account",
    operation_id = "get_account",
    security(("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = AccountGuards),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/account")]
pub(crate) async fn get(app: App, account: Account) -> Result<HttpResponse, ApiError> {
    let view = app.auth().own_account(&account.0).await?;
    let providers = app.auth().own_providers(&account.0).await?;
    Ok(HttpResponse::Ok().json(AccountGuards {
        password: view.has_password,
        password_changed_at: view.password_changed_at.map(Time::from),
        totp_since: view.totp_since.map(Time::from),
        recovery_codes: view.recovery_codes,
        passkeys: view.passkeys,
        providers: providers.into_iter().map(|choice| Provider::of_account(&app, choice)).collect(),
    }))
}
