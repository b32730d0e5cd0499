//! `/signin` and `/api/v1/signin`: showing who one is.

pub(crate) mod forgotten;
pub(crate) mod methods;
pub(crate) mod oidc;
pub(crate) mod passkey;
pub(crate) mod password;
pub(crate) mod providers;
pub(crate) mod reset;
pub(crate) mod second_factor;

use actix_web::{HttpRequest, HttpResponse};
use sealpost_auth::{Advanced, Authenticated, NewSession};
use sealpost_domain::{SessionKind, SessionStage};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::ApiError,
    grant::{self, session_cookie},
    wire::Time,
};

/// A session that has begun, or got further.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignedIn {
    /// For `Authorization: Bearer`; the cookie holds the same. An earlier one counts no more.
    session: String,
    /// `full`, or what is to be done before anything else can be: `second_factor`, `password_change`.
    #[schema(value_type = String, example = "full")]
    stage: SessionStage,
    /// When it ends at the latest; absent where that stays as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    expires_at: Option<Time>,
}

/// Begins a browser's session for somebody who has shown who he is.
pub(crate) async fn begin(
    app: &App,
    request: &HttpRequest,
    who: Authenticated,
) -> Result<NewSession, ApiError> {
    Ok(app.auth().begin_session(who, SessionKind::Browser, grant::agent(request)).await?)
}

/// The answer to a session that has begun.
pub(crate) fn signed_in(app: &App, session: NewSession) -> HttpResponse {
    HttpResponse::Ok().cookie(session_cookie::of(app, &session)).json(SignedIn {
        stage: session.stage,
        expires_at: Some(session.expires_at.into()),
        session: session.bearer,
    })
}

/// What is answered about a session that has got further.
pub(crate) fn advanced(advanced: Advanced) -> SignedIn {
    SignedIn { session: advanced.bearer, stage: advanced.stage, expires_at: None }
}
