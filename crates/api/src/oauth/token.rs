//! `POST /api/v1/oauth/token`

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    post,
    web::{self, Bytes},
};
use futures_util::StreamExt as _;
use sealpost_auth::{AuthError, LimitKey};
use serde::Serialize;
use utoipa::ToSchema;

use super::form::Form;
use crate::{App, error::ApiError};

/// Most bytes of a request.
const MAX_BYTES: usize = 8 * 1024;

/// What a client shows, as a form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its description is used: each parameter must be seen to stand there once")]
pub(crate) struct TokenRequest {
    /// `client_credentials`
    grant_type: String,
    /// Words with blanks between: which of its scopes the token is for. All of them if absent.
    scope: Option<String>,
    /// The client, unless it is in `Authorization: Basic`.
    client_id: Option<String>,
    /// Its secret, unless it is in `Authorization: Basic`.
    #[schema(format = Password)]
    client_secret: Option<String>,
}

/// An access token.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenAnswer {
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds.
    #[schema(example = 3600)]
    expires_in: u64,
    /// What it may be used for; words with blanks between.
    #[schema(example = "scim")]
    scope: String,
}

/// Why there is none (RFC 6749, section 5.2).
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenError {
    /// `invalid_client`, `invalid_request`, `invalid_scope`, `unsupported_grant_type`, `temporarily_unavailable`,
    /// `server_error`
    error: &'static str,
}

/// Gives a program an access token
///
/// OAuth 2.0 client credentials (RFC 6749, section 4.4), with the secret in `Authorization: Basic` or in the form. The token
/// is good for an hour, as bearer.
#[utoipa::path(
    tag = "oauth",
    operation_id = "issue_access_token",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, body = TokenAnswer),
        (status = "default", body = TokenError, description = "An error of OAuth 2.0."),
    ),
)]
#[post("/api/v1/oauth/token")]
pub(crate) async fn token(app: App, request: HttpRequest, body: web::Payload) -> HttpResponse {
    match issue(&app, &request, body).await {
        Ok(answer) => no_store(HttpResponse::Ok()).json(answer),
        Err(refusal) => refusal.answer(),
    }
}

async fn issue(app: &App, request: &HttpRequest, body: web::Payload) -> Result<TokenAnswer, Refusal> {
    let is_form = request.headers().get(header::CONTENT_TYPE).and_then(|line| line.to_str().ok());
    let is_form = is_form
        .and_then(|line| line.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    if !is_form {
        return Err(Refusal::InvalidRequest);
    }
    let body = read(app, body).await?;
    app.count_network(request, |address| LimitKey::network("oauth.token", address)).await?;
    let form = Form::read(&body).map_err(|_| Refusal::InvalidRequest)?;
    let mut lines = request.headers().get_all(header::AUTHORIZATION);
    let line = match (lines.next(), lines.next()) {
        (None, _) => None,
        (Some(line), None) => Some(line.to_str().map_err(|_| Refusal::InvalidRequest)?),
        (Some(_), Some(_)) => return Err(Refusal::InvalidRequest),
    };
    match form.get("grant_type") {
        Some("client_credentials") => {}
        Some(_) => return Err(Refusal::UnsupportedGrantType),
        None => return Err(Refusal::InvalidRequest),
    }
    let shown = form.credentials(line).map_err(|_| Refusal::InvalidRequest)?;
    let shown = shown.ok_or(Refusal::InvalidClient)?;
    let issued = app.auth().issue_access(&shown.id, &shown.secret, form.get("scope")).await?;
    Ok(TokenAnswer {
        access_token: issued.bearer,
        token_type: "Bearer",
        expires_in: issued.lifetime.as_secs(),
        scope: issued.scopes.to_string(),
    })
}

/// The body, bounded in size and in time.
async fn read(app: &App, mut body: web::Payload) -> Result<Bytes, Refusal> {
    let whole = async {
        let mut bytes = web::BytesMut::new();
        while let Some(piece) = body.next().await {
            bytes.extend_from_slice(&piece.map_err(|_| Refusal::InvalidRequest)?);
            if bytes.len() > MAX_BYTES {
                return Err(Refusal::InvalidRequest);
            }
        }
        Ok(bytes.freeze())
    };
    tokio::time::timeout(app.patience(), whole).await.map_err(|_| Refusal::InvalidRequest)?
}

/// Why there is no token.
enum Refusal {
    InvalidClient,
    InvalidRequest,
    InvalidScope,
    /// Something of ours, or too many attempts: with its status, headers and cause.
    Other(ApiError),
    UnsupportedGrantType,
}

impl From<AuthError> for Refusal {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::CredentialsWrong => Self::InvalidClient,
            AuthError::Forbidden => Self::InvalidScope,
            error => Self::Other(error.into()),
        }
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Other(error)
    }
}

impl Refusal {
    fn answer(self) -> HttpResponse {
        let (status, error) = match &self {
            Self::InvalidClient => (StatusCode::UNAUTHORIZED, "invalid_client"),
            Self::InvalidRequest => (StatusCode::BAD_REQUEST, "invalid_request"),
            Self::InvalidScope => (StatusCode::BAD_REQUEST, "invalid_scope"),
            Self::Other(error) if error.status_code() == StatusCode::INTERNAL_SERVER_ERROR => {
                (StatusCode::INTERNAL_SERVER_ERROR, "server_error")
            }
            Self::Other(error) => (error.status_code(), "temporarily_unavailable"),
            Self::UnsupportedGrantType => (StatusCode::BAD_REQUEST, "unsupported_grant_type"),
        };
        let mut response = no_store(HttpResponse::build(status));
        if matches!(self, Self::InvalidClient) {
            response.insert_header((
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"sealpost\""),
            ));
        }
        if let Self::Other(error) = &self {
            for header in error.headers() {
                response.append_header(header.clone());
            }
            if let Some(cause) = error.cause() {
                tracing::error!(%cause, "no access token could be issued");
            }
        }
        response.json(TokenError { error })
    }
}

/// Tokens are not for caches (RFC 6749, section 5.1).
fn no_store(mut response: actix_web::HttpResponseBuilder) -> actix_web::HttpResponseBuilder {
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response
}
