//! `POST /api/v1/admin/recoveries`

use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Recovery;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    json::Body,
};

/// What is to be opened, and what for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestRecovery {
    transfer_id: Uuid,
    /// One line of at most 500 bytes.
    reason: String,
}

/// Asks that a transfer may be opened with the recovery key
///
/// Of one whose sender's program has sealed it to the key. All owners, and its sender, are told. Another owner or admin approves
/// within seven days. Takes a session that has shown a credential a moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "request_recovery",
    security(("session" = []), ("session_cookie" = [])),
    request_body = RequestRecovery,
    responses(
        (status = 201, body = Recovery),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/recoveries")]
pub(crate) async fn create(
    app: App,
    admin: SteppedAdmin,
    body: Body<RequestRecovery>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let made = app.service().request_recovery(&admin.0, input.transfer_id.into(), &input.reason).await?;
    Ok(HttpResponse::Created().json(Recovery::from(made)))
}
