//! `POST /api/v1/account/totp/confirm`

use actix_web::{HttpRequest, HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::{Pending, session_cookie},
    json::Body,
    signin::{SignedIn, advanced},
};

/// A first code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmApp {
    /// The six digits that the app shows.
    code: String,
}

/// An app that makes codes from now on.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConfirmedApp {
    /// Codes for who loses the app, each good once. They are shown this once.
    recovery_codes: Vec<String>,
    /// The session's new secret, if the sign-in waited for this.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    signed_in: Option<SignedIn>,
}

/// Confirms an app with its first code
#[utoipa::path(
    tag = "account",
    operation_id = "confirm_totp",
    security(("session" = []), ("session_cookie" = [])),
    request_body = ConfirmApp,
    responses(
        (status = 200, body = ConfirmedApp),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/account/totp/confirm")]
pub(crate) async fn confirm(
    app: App,
    request: HttpRequest,
    pending: Pending,
    body: Body<ConfirmApp>,
) -> Result<HttpResponse, ApiError> {
    app.count_sign_in(&request).await?;
    let by = app.auth().enrolment(pending.0.clone()).await?;
    let input = body.read().await?;
    let done = app.auth().confirm_totp(&by, &input.code).await?;
    let mut response = HttpResponse::Ok();
    session_cookie::renew(&app, &pending.0, done.advanced.as_ref(), &mut response);
    Ok(response.json(ConfirmedApp { recovery_codes: done.what, signed_in: done.advanced.map(advanced) }))
}
