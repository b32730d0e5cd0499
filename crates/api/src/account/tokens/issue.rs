//! `POST /api/v1/account/tokens`

use std::time::Duration;

use actix_web::{HttpResponse, post};
use sealpost_auth::{AccountSession, SteppedUp};
use sealpost_domain::{Scope, Scopes, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAccount,
    json::Body,
    wire::Time,
};

/// Longest label in bytes.
const MAX_LABEL_BYTES: usize = 128;
/// Longest life of a token.
const MAX_LIFE: Duration = Duration::from_secs(366 * 24 * 3_600);

/// A token to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssueToken {
    /// What it is for, in one's own words. At most 128 bytes.
    label: String,
    /// What it may be used for: `send`, `read`, and what else one's role allows.
    #[schema(value_type = Vec<String>, example = json!(["send", "read"]))]
    scopes: Vec<Scope>,
    /// At most a year away.
    expires_at: Time,
}

/// A token that was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct IssuedToken {
    id: Uuid,
    /// For `Authorization: Bearer`. It is shown this once.
    token: String,
}

/// Makes an API token for oneself
///
/// Takes a session that has shown a credential a moment ago.
#[utoipa::path(
    tag = "account",
    operation_id = "issue_token",
    security(("session" = []), ("session_cookie" = [])),
    request_body = IssueToken,
    responses(
        (status = 201, body = IssuedToken),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/account/tokens")]
pub(crate) async fn issue(
    app: App,
    account: SteppedAccount,
    body: Body<IssueToken>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let issued = make(&app, &account.0, &input.label, Scopes::new(input.scopes), input.expires_at.0).await?;
    Ok(HttpResponse::Created().json(IssuedToken { id: issued.id.as_uuid(), token: issued.bearer }))
}

/// The same for whoever asks in another way.
pub(crate) async fn make(
    app: &App,
    account: &SteppedUp<AccountSession>,
    label: &str,
    scopes: Scopes,
    expires_at: Timestamp,
) -> Result<sealpost_auth::IssuedToken, ApiError> {
    let label = label.trim();
    if label.is_empty() || label.len() > MAX_LABEL_BYTES || label.chars().any(char::is_control) {
        return Err(ApiError::invalid("a label is one line of 1 to 128 bytes"));
    }
    let now = app.now();
    if scopes.is_empty() || !(now..=now + MAX_LIFE).contains(&expires_at) {
        return Err(ApiError::invalid("a token has a scope, and ends within a year"));
    }
    Ok(app.auth().issue_own_token(account, label.to_owned(), scopes, expires_at).await?)
}
