//! `POST /api/v1/admin/users/{user_id}/reset`

use actix_web::{HttpResponse, post};
use sealpost_auth::UserReset;
use sealpost_domain::UserId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    json::Body,
    path::Id,
};

/// What is taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetUser {
    /// The password lets its user change it, and nothing else; he is mailed a link for that.
    #[serde(default)]
    password: bool,
    /// App, recovery codes and passkeys are forgotten.
    #[serde(default)]
    factors: bool,
}

/// Takes back what a user signs in with
///
/// For one who has lost it, or whose credentials somebody else may have. All his sessions end. Takes a session that has
/// shown a credential a moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "reset_user",
    security(("session" = []), ("session_cookie" = [])),
    params(("user_id" = Uuid, Path)),
    request_body = ResetUser,
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/users/{user_id}/reset")]
pub(crate) async fn reset(
    app: App,
    admin: SteppedAdmin,
    id: Id<UserId>,
    body: Body<ResetUser>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    if !input.password && !input.factors {
        return Err(ApiError::invalid("password, factors, or both"));
    }
    let what = UserReset { password: input.password, factors: input.factors };
    app.auth().reset_user(&admin.0.manage(), id.0, what).await?;
    Ok(HttpResponse::NoContent().finish())
}
