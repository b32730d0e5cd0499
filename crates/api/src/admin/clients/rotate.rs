//! `POST /api/v1/admin/clients/{client_id}/secret`

use std::time::Duration;

use actix_web::{HttpResponse, post};
use sealpost_domain::ApiClientId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::ApiClientSecret;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    json::Body,
    path::Id,
};

const DAY: u64 = 24 * 3_600;

/// How the secrets follow each other.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RotateApiClient {
    /// How long the present secret counts beside the new one, in seconds; a day if absent.
    #[schema(minimum = 0, maximum = 604_800)]
    overlap_seconds: Option<u64>,
}

/// Gives an API client another secret
#[utoipa::path(
    tag = "admin",
    operation_id = "rotate_api_client",
    security(("session" = []), ("session_cookie" = [])),
    params(("client_id" = Uuid, Path)),
    request_body = RotateApiClient,
    responses(
        (status = 200, body = ApiClientSecret),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/clients/{client_id}/secret")]
pub(crate) async fn rotate(
    app: App,
    admin: SteppedAdmin,
    id: Id<ApiClientId>,
    body: Body<RotateApiClient>,
) -> Result<HttpResponse, ApiError> {
    let seconds = body.read().await?.overlap_seconds.unwrap_or(DAY);
    if seconds > 7 * DAY {
        return Err(ApiError::invalid("overlap_seconds is at most 604800"));
    }
    let issued = app.auth().rotate_api_client(&admin.0.manage(), id.0, Duration::from_secs(seconds)).await?;
    Ok(HttpResponse::Ok().json(ApiClientSecret::from(issued)))
}
