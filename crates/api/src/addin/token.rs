//! `POST /api/v1/addin/token`

use actix_web::{HttpRequest, HttpResponse, post};
use sealpost_auth::NewSession;
use sealpost_domain::SessionKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant,
    json::Body,
    wire::Time,
};

/// What the add-in has from its user's directory.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddinToken {
    /// An access token of Microsoft Entra for this service, version 2.0, with the scope `Transfers.Send`.
    #[schema(format = Password)]
    token: String,
}

/// A session of the add-in.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddinSession {
    id: Uuid,
    /// For `Authorization: Bearer`, `ss_` and 43 characters. No cookie carries it.
    session: String,
    /// When it ends at the latest; the add-in then shows a new token, or is signed in by a page again.
    expires_at: Time,
}

impl From<NewSession> for AddinSession {
    fn from(session: NewSession) -> Self {
        Self { id: session.id.as_uuid(), session: session.bearer, expires_at: session.expires_at.into() }
    }
}

/// Gets the add-in a session for a token of its user's directory
///
/// Whatever is wrong with the token, the answer is the same.
#[utoipa::path(
    tag = "session",
    operation_id = "exchange_addin_token",
    request_body = AddinToken,
    responses(
        (status = 201, body = AddinSession),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/addin/token")]
pub(crate) async fn token(
    app: App,
    request: HttpRequest,
    body: Body<AddinToken>,
) -> Result<HttpResponse, ApiError> {
    app.count_verification(&request).await?;
    let input = body.read().await?;
    let who = app.auth().addin_sign_in(&input.token).await?;
    let session = app.auth().begin_session(who, SessionKind::Addin, grant::agent(&request)).await?;
    Ok(HttpResponse::Created().json(AddinSession::from(session)))
}
