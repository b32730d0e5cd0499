//! `POST /api/v1/admin/recoveries/{recovery_id}/approve`

use actix_web::{HttpResponse, post};
use sealpost_domain::RecoveryId;

use super::Recovery;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    path::Id,
};

/// Allows that a transfer is opened with the recovery key
///
/// By another than whoever has asked, within seven days. All owners, and the sender, are told. What is sealed to the key may be
/// fetched for 24 hours. Takes a session that has shown a credential a moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "approve_recovery",
    security(("session" = []), ("session_cookie" = [])),
    params(("recovery_id" = Uuid, Path)),
    responses(
        (status = 200, body = Recovery),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/recoveries/{recovery_id}/approve")]
pub(crate) async fn approve(
    app: App,
    admin: SteppedAdmin,
    id: Id<RecoveryId>,
) -> Result<HttpResponse, ApiError> {
    let decided = app.service().approve_recovery(&admin.0, id.0).await?;
    Ok(HttpResponse::Ok().json(Recovery::from(decided)))
}
