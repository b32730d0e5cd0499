//! `POST /api/v1/account/passkeys/finish`

use actix_web::{HttpRequest, HttpResponse, post};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::{Pending, session_cookie},
    json::Body,
    signin::{SignedIn, advanced},
};

/// What a browser has answered, and what the passkey is called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddPasskey {
    /// One line of 1 to 128 bytes.
    label: String,
    /// What came with the options.
    state: String,
    /// The `PublicKeyCredential` as JSON; binary values are in base64url.
    #[schema(value_type = Object)]
    credential: Value,
}

/// A passkey that was added.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddedPasskey {
    id: Uuid,
    /// Codes for who loses it, each good once, if it is the first second factor; else none. They are shown this once.
    recovery_codes: Vec<String>,
    /// The session's new secret, if the sign-in waited for this.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    signed_in: Option<SignedIn>,
}

/// Adds a passkey to one's own
#[utoipa::path(
    tag = "account",
    operation_id = "finish_passkey",
    security(("session" = []), ("session_cookie" = [])),
    request_body = AddPasskey,
    responses(
        (status = 201, body = AddedPasskey),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/account/passkeys/finish")]
pub(crate) async fn finish(
    app: App,
    request: HttpRequest,
    pending: Pending,
    body: Body<AddPasskey>,
) -> Result<HttpResponse, ApiError> {
    app.count_sign_in(&request).await?;
    let by = app.auth().enrolment(pending.0.clone()).await?;
    let input = body.read().await?;
    let done = app.auth().finish_passkey(&by, &input.label, &input.state, &input.credential).await?;
    let mut response = HttpResponse::Created();
    session_cookie::renew(&app, &pending.0, done.advanced.as_ref(), &mut response);
    let (id, recovery_codes) = done.what;
    Ok(response.json(AddedPasskey {
        id: id.as_uuid(),
        recovery_codes,
        signed_in: done.advanced.map(advanced),
    }))
}
