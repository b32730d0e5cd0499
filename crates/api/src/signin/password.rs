//! `POST /api/v1/signin`

use actix_web::{HttpRequest, HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{SignedIn, begin, signed_in};
use crate::{
    App,
    error::{ApiError, Problem},
    json::Body,
};

/// Who somebody says he is, and his password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// The tenant's short name.
    tenant: String,
    #[schema(format = Email)]
    email: String,
    #[schema(format = Password)]
    password: String,
}

/// Signs in with a password
///
/// The session may wait for a second factor, or for another password: `stage` says so, and nothing else can be done before.
/// Whatever is wrong, the answer is `credentials_wrong`. Wrong passwords are counted for each address; too many lock it for
/// a while, whether anybody has it or not.
#[utoipa::path(
    tag = "signin",
    operation_id = "sign_in",
    security(()),
    request_body = SignIn,
    responses(
        (status = 200, body = SignedIn, headers(("Set-Cookie" = String, description = "The session."))),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/signin")]
pub(crate) async fn password(
    app: App,
    request: HttpRequest,
    body: Body<SignIn>,
) -> Result<HttpResponse, ApiError> {
    app.count_sign_in(&request).await?;
    let input = body.read().await?;
    let who = app.auth().sign_in_with_password(&input.tenant, &input.email, &input.password).await?;
    Ok(signed_in(&app, begin(&app, &request, who).await?))
}
