//! `POST /api/v1/account/password`

use actix_web::{HttpRequest, HttpResponse, post};
use sealpost_domain::SessionStage;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App, error,
    error::{ApiError, Problem},
    grant::{Pending, session_cookie},
    json::Body,
    signin::{SignedIn, advanced},
};

/// The password that there is, and the one that is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePassword {
    /// Left out by who has none yet: he must have shown another credential a moment ago.
    #[schema(format = Password)]
    old: Option<String>,
    /// 8 to 1024 bytes; the tenant's rules ask for more.
    #[schema(format = Password)]
    new: String,
}

/// A password that was changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasswordChanged {
    /// How many other sessions have ended.
    ended: u64,
    /// The session's new secret, if the sign-in waited for this.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    signed_in: Option<SignedIn>,
}

/// Changes one's own password
///
/// The old one is the proof. All other sessions end, and so do all links for setting the password anew.
#[utoipa::path(
    tag = "account",
    operation_id = "change_password",
    security(("session" = []), ("session_cookie" = [])),
    request_body = ChangePassword,
    responses(
        (status = 200, body = PasswordChanged),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/account/password")]
pub(crate) async fn password(
    app: App,
    request: HttpRequest,
    pending: Pending,
    body: Body<ChangePassword>,
) -> Result<HttpResponse, ApiError> {
    if pending.0.stage() == SessionStage::SecondFactor {
        return Err(error::unauthorized());
    }
    app.count_sign_in(&request).await?;
    let input = body.read().await?;
    let changed = app.auth().change_password(&pending.0, input.old.as_deref(), &input.new).await?;
    let mut response = HttpResponse::Ok();
    session_cookie::renew(&app, &pending.0, changed.advanced.as_ref(), &mut response);
    Ok(response.json(PasswordChanged { ended: changed.ended, signed_in: changed.advanced.map(advanced) }))
}
