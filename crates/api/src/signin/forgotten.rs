//! `POST /api/v1/signin/forgotten`

use actix_web::{HttpRequest, HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    json::Body,
};

/// Who has forgotten his password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Forgotten {
    /// The tenant's short name.
    tenant: String,
    #[schema(format = Email)]
    email: String,
}

/// Mails somebody a link with which he sets a new password
///
/// The answer is the same, and takes as long, whether there is anybody like that or not.
#[utoipa::path(
    tag = "signin",
    operation_id = "forgotten_password",
    security(()),
    request_body = Forgotten,
    responses(
        (status = 202, description = "If there is somebody like that, he gets a mail."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/signin/forgotten")]
pub(crate) async fn forgotten(
    app: App,
    request: HttpRequest,
    body: Body<Forgotten>,
) -> Result<HttpResponse, ApiError> {
    app.count_sign_in(&request).await?;
    let input = body.read().await?;
    app.auth().forgotten_password(&input.tenant, &input.email);
    Ok(HttpResponse::Accepted().finish())
}
