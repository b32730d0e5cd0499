//! `POST /api/v1/signin/reset`

use actix_web::{HttpRequest, HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    json::Body,
};

/// A link from a mail, and the password that is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetPassword {
    /// The last part of the link's address.
    token: String,
    /// 8 to 1024 bytes; the tenant's rules ask for more.
    #[schema(format = Password)]
    password: String,
}

/// Sets a new password with a link from a mail
///
/// A link counts for an hour and once, and no longer than until the next change of the password. All sessions of the user
/// end. Nobody is signed in by this: a second factor is still asked for.
#[utoipa::path(
    tag = "signin",
    operation_id = "reset_password",
    security(()),
    request_body = ResetPassword,
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/signin/reset")]
pub(crate) async fn reset(
    app: App,
    request: HttpRequest,
    body: Body<ResetPassword>,
) -> Result<HttpResponse, ApiError> {
    app.count_sign_in(&request).await?;
    let input = body.read().await?;
    app.auth().reset_password(&input.token, &input.password).await?;
    Ok(HttpResponse::NoContent().finish())
}
