//! `POST /api/v1/addin/pairing/session`

use actix_web::{HttpRequest, HttpResponse, post};
use sealpost_auth::{AuthError, LimitKey};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    addin::token::AddinSession,
    error::{ApiError, Problem},
    json::Body,
};

/// What the add-in keeps of its wish.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PairedDevice {
    #[schema(format = Password)]
    device_code: String,
}

/// Gets the add-in a session once its user has confirmed
///
/// `pairing_pending` until he has said something; who asks sooner than he was told is told to wait. `pairing_over` for what is
/// unknown, expired, refused or used: there is one session, for whoever asks first.
#[utoipa::path(
    tag = "addin",
    operation_id = "redeem_pairing",
    request_body = PairedDevice,
    responses(
        (status = 201, body = AddinSession),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/addin/pairing/session")]
pub(crate) async fn session(
    app: App,
    request: HttpRequest,
    body: Body<PairedDevice>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    match app.auth().redeem_pairing(&input.device_code).await {
        Ok(session) => Ok(HttpResponse::Created().json(AddinSession::from(session))),
        // Whoever asks in turn is counted there. This is for who has nothing to ask about.
        Err(AuthError::PairingOver) => {
            app.count_network(&request, |network| LimitKey::network("pairing.session", network)).await?;
            Err(AuthError::PairingOver.into())
        }
        Err(error) => Err(error.into()),
    }
}
