//! `POST /api/v1/links/code`

use actix_web::{HttpRequest, HttpResponse, post};
use sealpost_auth::CodeRequest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant,
    json::Body,
    page::language,
    wire::{Channel, Time},
};

/// A link that asks for a code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskCode {
    /// The last part of the link's address.
    token: String,
    /// How the code shall come; as the sender chose if absent. Another way than that is refused.
    channel: Option<Channel>,
}

/// A code is on its way.
#[derive(Serialize, ToSchema)]
pub(crate) struct AskedCode {
    /// To be shown together with the code, which counts with nothing else; the cookie holds the same.
    challenge: String,
    channel: Channel,
    /// When the code counts no more.
    expires_at: Time,
    /// When another can be asked for.
    resend_at: Time,
    /// Where it goes: `a…@e….org`, or the last three digits of a number.
    hint: String,
}

/// Sends the recipient a code
///
/// Six digits, by e-mail or SMS, that count for ten minutes, for five tries, once, and only where they were asked for. One
/// can be asked for a minute after the last, and five times in an hour. The message is in the language of `Accept-Language`,
/// if it is one of ours.
#[utoipa::path(
    tag = "links",
    operation_id = "send_code",
    request_body = AskCode,
    responses(
        (status = 202, body = AskedCode, headers(("Set-Cookie" = String, description = "The challenge."))),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/links/code")]
pub(crate) async fn code(
    app: App,
    request: HttpRequest,
    body: Body<AskCode>,
) -> Result<HttpResponse, ApiError> {
    app.count_verification(&request).await?;
    let input = body.read().await?;
    let language = language::liked(request.headers());
    let wish = CodeRequest { channel: input.channel.map(Into::into), language };
    let sent = app.auth().send_code(&input.token, wish).await?;
    Ok(HttpResponse::Accepted().cookie(grant::challenge_cookie(&app, &sent)).json(AskedCode {
        challenge: sent.challenge,
        channel: sent.channel.into(),
        expires_at: sent.expires_at.into(),
        resend_at: sent.resend_at.into(),
        hint: sent.hint,
    }))
}
