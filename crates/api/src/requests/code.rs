//! `POST /api/v1/requests/code`

use actix_web::{HttpRequest, HttpResponse, post};
use sealpost_auth::{SentSubmissionCode, SubmissionCodeWish};
use sealpost_domain::EmailAddress;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    json::Body,
    page::language,
    wire::Time,
};

/// An uploader who is asked for a code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskRequestCode {
    /// The last part of the link's address.
    token: String,
    /// His address.
    #[schema(value_type = String, format = Email)]
    email: EmailAddress,
}

/// A code is on its way.
#[derive(Serialize, ToSchema)]
pub(crate) struct AskedRequestCode {
    /// To be shown together with the code, which counts with nothing else.
    challenge: String,
    /// When the code counts no more.
    expires_at: Time,
    /// When another can be asked for.
    resend_at: Time,
}

impl From<SentSubmissionCode> for AskedRequestCode {
    fn from(sent: SentSubmissionCode) -> Self {
        Self {
            challenge: sent.challenge,
            expires_at: sent.expires_at.into(),
            resend_at: sent.resend_at.into(),
        }
    }
}

/// Sends an uploader a code
///
/// Six digits, by e-mail, that count for ten minutes, for five tries, once, for this address and only where they were asked
/// for. One can be asked for a minute after the last, and five times in an hour; 30 in an hour for a request, to whatever
/// addresses. The message is in the language of `Accept-Language`, if it is one of ours.
#[utoipa::path(
    tag = "requests",
    operation_id = "send_request_code",
    request_body = AskRequestCode,
    responses(
        (status = 202, body = AskedRequestCode),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/requests/code")]
pub(crate) async fn code(
    app: App,
    request: HttpRequest,
    body: Body<AskRequestCode>,
) -> Result<HttpResponse, ApiError> {
    app.count_verification(&request).await?;
    let input = body.read().await?;
    let language = language::liked(request.headers());
    let wish = SubmissionCodeWish { email: input.email, language };
    let sent = app.auth().send_request_code(&input.token, wish).await?;
    Ok(HttpResponse::Accepted().json(AskedRequestCode::from(sent)))
}
