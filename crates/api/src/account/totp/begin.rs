//! `POST /api/v1/account/totp/begin`

use actix_web::{HttpResponse, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Pending,
};

/// The secret for an app.
#[derive(Serialize, ToSchema)]
pub(crate) struct OfferedApp {
    /// For typing: base 32.
    secret: String,
    /// For apps that take links.
    #[schema(format = "uri")]
    uri: String,
    /// The link as QR code, an SVG.
    qr: String,
}

/// Offers the secret for an app that makes codes
///
/// It counts once a code of it was shown. Takes a session that has shown a credential a moment ago, or one whose sign-in
/// waits for a second factor that its user does not have yet.
#[utoipa::path(
    tag = "account",
    operation_id = "begin_totp",
    security(("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = OfferedApp),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/account/totp/begin")]
pub(crate) async fn begin(app: App, pending: Pending) -> Result<HttpResponse, ApiError> {
    let by = app.auth().enrolment(pending.0).await?;
    let offered = app.auth().begin_totp(&by).await?;
    Ok(HttpResponse::Ok().json(OfferedApp { secret: offered.secret, uri: offered.uri, qr: offered.picture }))
}
