//! `GET /api/v1/account/sessions`

use actix_web::{HttpResponse, get};
use sealpost_auth::SessionView;
use sealpost_domain::{SessionKind, SignIn};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Account,
    wire::Time,
};

/// The sessions that count now, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionList {
    sessions: Vec<OwnSession>,
}

/// A session of one's own.
#[derive(Serialize, ToSchema)]
pub(crate) struct OwnSession {
    id: Uuid,
    #[schema(value_type = String, example = "browser")]
    kind: SessionKind,
    #[schema(value_type = String, example = "password")]
    method: SignIn,
    second_factor: bool,
    /// What the browser or program calls itself; anybody can call himself anything.
    agent: String,
    created_at: Time,
    /// Within a minute.
    seen_at: Time,
    expires_at: Time,
    /// Whether it is the one that asks.
    is_this: bool,
}

/// Lists where one is signed in
#[utoipa::path(
    tag = "account",
    operation_id = "list_sessions",
    security(("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = SessionList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/account/sessions")]
pub(crate) async fn list(app: App, account: Account) -> Result<HttpResponse, ApiError> {
    let sessions = app.auth().own_sessions(&account.0).await?;
    Ok(HttpResponse::Ok()
        .json(SessionList { sessions: sessions.into_iter().map(OwnSession::from).collect() }))
}

impl From<SessionView> for OwnSession {
    fn from(session: SessionView) -> Self {
        Self {
            id: session.id.as_uuid(),
            kind: session.kind,
            method: session.method,
            second_factor: session.second_factor,
            agent: session.agent,
            created_at: session.created_at.into(),
            seen_at: session.seen_at.into(),
            expires_at: session.expires_at.into(),
            is_this: session.is_this,
        }
    }
}
