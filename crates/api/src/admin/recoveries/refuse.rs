//! `POST /api/v1/admin/recoveries/{recovery_id}/refuse`

use actix_web::{HttpResponse, post};
use sealpost_domain::RecoveryId;

use super::Recovery;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    path::Id,
};

/// Refuses that a transfer is opened with the recovery key
///
/// Also by whoever has asked, who does not want it any more. Takes a session that has shown a credential a moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "refuse_recovery",
    security(("session" = []), ("session_cookie" = [])),
    params(("recovery_id" = Uuid, Path)),
    responses(
        (status = 200, body = Recovery),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/recoveries/{recovery_id}/refuse")]
pub(crate) async fn refuse(
    app: App,
    admin: SteppedAdmin,
    id: Id<RecoveryId>,
) -> Result<HttpResponse, ApiError> {
    let decided = app.service().refuse_recovery(&admin.0, id.0).await?;
    Ok(HttpResponse::Ok().json(Recovery::from(decided)))
}
