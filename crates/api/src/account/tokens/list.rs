//! `GET /api/v1/account/tokens`

use actix_web::{HttpResponse, get};
use sealpost_domain::Scope;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Account,
    wire::Time,
};

/// One's tokens, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenList {
    tokens: Vec<OwnToken>,
}

/// A token, without its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct OwnToken {
    id: Uuid,
    label: String,
    #[schema(value_type = Vec<String>, example = json!(["send", "read"]))]
    scopes: Vec<Scope>,
    created_at: Time,
    expires_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    revoked_at: Option<Time>,
    /// When it was used last, within a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    last_used_at: Option<Time>,
}

/// Lists one's own API tokens
///
/// Also those that count no more.
#[utoipa::path(
    tag = "account",
    operation_id = "list_tokens",
    security(("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = TokenList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/account/tokens")]
pub(crate) async fn list(app: App, account: Account) -> Result<HttpResponse, ApiError> {
    let tokens = app.auth().own_tokens(&account.0).await?;
    let tokens = tokens.into_iter().map(|token| OwnToken {
        id: token.id.as_uuid(),
        label: token.label,
        scopes: token.scopes.iter().collect(),
        created_at: token.created_at.into(),
        expires_at: token.expires_at.into(),
        revoked_at: token.revoked_at.map(Time::from),
        last_used_at: token.used_at.map(Time::from),
    });
    Ok(HttpResponse::Ok().json(TokenList { tokens: tokens.collect() }))
}
