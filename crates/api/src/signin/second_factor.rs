//! `POST /api/v1/signin/second-factor`

use actix_web::{HttpRequest, HttpResponse, post};
use sealpost_auth::SecondFactor;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{SignedIn, advanced, passkey::finish::FinishedPasskey};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::{Pending, session_cookie},
    json::Body,
};

/// A second factor; exactly one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShowSecondFactor {
    /// The six digits that an app shows.
    code: Option<String>,
    /// One of the codes for those who have lost their app. It counts once.
    recovery_code: Option<String>,
    passkey: Option<FinishedPasskey>,
}

/// Shows the second factor that a sign-in waits for
///
/// The session gets a new secret; the old one counts no more.
#[utoipa::path(
    tag = "signin",
    operation_id = "show_second_factor",
    security(("session" = []), ("session_cookie" = [])),
    request_body = ShowSecondFactor,
    responses(
        (status = 200, body = SignedIn, headers(("Set-Cookie" = String, description = "The session's new secret."))),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/signin/second-factor")]
pub(crate) async fn second_factor(
    app: App,
    request: HttpRequest,
    pending: Pending,
    body: Body<ShowSecondFactor>,
) -> Result<HttpResponse, ApiError> {
    app.count_sign_in(&request).await?;
    let input = body.read().await?;
    let shown = match (&input.code, &input.recovery_code, &input.passkey) {
        (Some(code), None, None) => SecondFactor::Code(code),
        (None, Some(code), None) => SecondFactor::RecoveryCode(code),
        (None, None, Some(passkey)) => SecondFactor::Passkey(&passkey.state, &passkey.credential),
        _ => return Err(ApiError::invalid("exactly one of code, recovery_code and passkey")),
    };
    let further = app.auth().show_second_factor(&pending.0, shown).await?;
    let cookie = session_cookie::renewed(&app, &pending.0, &further.bearer);
    Ok(HttpResponse::Ok().cookie(cookie).json(advanced(further)))
}
