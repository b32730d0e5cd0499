//! `POST /api/v1/session/step-up`

use actix_web::{HttpRequest, HttpResponse, post};
use sealpost_auth::Proof;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Account,
    json::Body,
    signin::passkey::finish::FinishedPasskey,
};

/// A credential that is shown again; exactly one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepUp {
    #[schema(format = Password)]
    password: Option<String>,
    /// The six digits that an app shows.
    code: Option<String>,
    passkey: Option<FinishedPasskey>,
}

/// Shows a credential again, for dangerous acts
///
/// They are possible for as long as the tenant's policy says in `step_up_seconds`.
#[utoipa::path(
    tag = "session",
    operation_id = "step_up",
    security(("session" = []), ("session_cookie" = [])),
    request_body = StepUp,
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/session/step-up")]
pub(crate) async fn step_up(
    app: App,
    request: HttpRequest,
    account: Account,
    body: Body<StepUp>,
) -> Result<HttpResponse, ApiError> {
    app.count_sign_in(&request).await?;
    let input = body.read().await?;
    let proof = match (&input.password, &input.code, &input.passkey) {
        (Some(password), None, None) => Proof::Password(password),
        (None, Some(code), None) => Proof::Code(code),
        (None, None, Some(passkey)) => Proof::Passkey(&passkey.state, &passkey.credential),
        _ => return Err(ApiError::invalid("exactly one of password, code and passkey")),
    };
    app.auth().step_up(&account.0, proof).await?;
    Ok(HttpResponse::NoContent().finish())
}
