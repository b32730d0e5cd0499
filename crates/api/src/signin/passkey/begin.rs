//! `POST /api/v1/signin/passkey/begin`

use actix_web::{HttpRequest, HttpResponse, post};

use super::PasskeyCeremony;
use crate::{
    App,
    error::{ApiError, Problem},
};

/// Begins to sign in with a passkey
///
/// Nobody has to be named: the device knows whose its passkeys are. What comes of it is good for signing in, as second
/// factor, and for showing a credential again. 404 where this service has no name that passkeys could be bound to.
#[utoipa::path(
    tag = "signin",
    operation_id = "begin_passkey_sign_in",
    security(()),
    responses(
        (status = 200, body = PasskeyCeremony),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/signin/passkey/begin")]
pub(crate) async fn begin(app: App, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    app.count_sign_in(&request).await?;
    Ok(HttpResponse::Ok().json(PasskeyCeremony::from(app.auth().begin_passkey_sign_in().await?)))
}
