//! `POST /api/v1/signin/passkey/finish`

use actix_web::{HttpRequest, HttpResponse, post};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    json::Body,
    signin::{self, SignedIn},
};

/// What a browser has answered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FinishedPasskey {
    /// What came with the options.
    pub(crate) state: String,
    /// The `PublicKeyCredential` as JSON; binary values are in base64url.
    #[schema(value_type = Object)]
    pub(crate) credential: Value,
}

/// Signs in with a passkey
///
/// Its device has verified the person, so no second factor is asked for. A ceremony counts once.
#[utoipa::path(
    tag = "signin",
    operation_id = "finish_passkey_sign_in",
    security(()),
    request_body = FinishedPasskey,
    responses(
        (status = 200, body = SignedIn, headers(("Set-Cookie" = String, description = "The session."))),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/signin/passkey/finish")]
pub(crate) async fn finish(
    app: App,
    request: HttpRequest,
    body: Body<FinishedPasskey>,
) -> Result<HttpResponse, ApiError> {
    app.count_sign_in(&request).await?;
    let input = body.read().await?;
    let who = app.auth().sign_in_with_passkey(&input.state, &input.credential).await?;
    Ok(signin::signed_in(&app, signin::begin(&app, &request, who).await?))
}
