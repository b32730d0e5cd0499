//! `POST /api/v1/addin/pairing`

use actix_web::{HttpRequest, HttpResponse, post};
use sealpost_auth::{LimitKey, PAIRING_INTERVAL, Rate};
use serde::{Deserialize, Serialize};
use url::form_urlencoded::Serializer;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant,
    json::Body,
};

/// Pairings that one network may begin in a minute.
const FROM_NETWORK: u32 = 60;

/// Whose add-in is to be signed in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPairing {
    /// The add-in's id, as it stands in its addresses.
    addin_id: Uuid,
}

/// A wish of the add-in to be signed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct PairingBegun {
    /// What the add-in keeps, and shows when it asks: `pd_` and 43 characters. It is shown to nobody.
    device_code: String,
    /// What its user reads, and compares on the page.
    #[schema(example = "BCDF-GHJK")]
    user_code: String,
    /// Where he types it.
    #[schema(format = "uri")]
    verification_url: String,
    /// The same with the code in it.
    #[schema(format = "uri")]
    verification_url_complete: String,
    /// For how many seconds it counts.
    expires_in: u64,
    /// How many seconds to wait between two questions.
    interval: u64,
}

/// Begins to sign the add-in in by a page
///
/// Its user opens `verification_url_complete`, in a window of Outlook or in any browser, signs in there as he always does, and
/// confirms the code. Meanwhile the add-in asks `POST /api/v1/addin/pairing/session`.
#[utoipa::path(
    tag = "addin",
    operation_id = "begin_pairing",
    request_body = NewPairing,
    responses(
        (status = 201, body = PairingBegun),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/addin/pairing")]
pub(crate) async fn begin(
    app: App,
    request: HttpRequest,
    body: Body<NewPairing>,
) -> Result<HttpResponse, ApiError> {
    let key = |network| LimitKey::network("pairing.begin", network).at(Rate::per_minute(FROM_NETWORK));
    app.count_network(&request, key).await?;
    let wish = body.read().await?;
    let begun = app.auth().begin_pairing(wish.addin_id.into(), grant::agent(&request)).await?;
    let query = Serializer::new(String::new())
        .append_pair("code", &begun.user_code)
        // So that whoever has to sign in first need not know what his organisation is called here.
        .append_pair("tenant", begun.tenant.as_str())
        .finish();
    Ok(HttpResponse::Created().json(PairingBegun {
        verification_url: app.base_url().join("/pair"),
        verification_url_complete: app.base_url().join(format!("/pair?{query}")),
        device_code: begun.device_code,
        user_code: begun.user_code,
        expires_in: begun.expires_in.as_secs(),
        interval: PAIRING_INTERVAL.as_secs(),
    }))
}
