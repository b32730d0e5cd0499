//! `GET /api/v1/admin/recoveries/{recovery_id}/material`

use actix_web::{HttpResponse, body::SizedStream, get, http::header};
use futures_util::TryStreamExt as _;
use sealpost_domain::RecoveryId;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    path::Id,
};

/// Hands out what is sealed to the recovery key
///
/// One file, which `sealpost keys recovery open` opens where the key is: what the sender's program has sealed, and the sealed bytes
/// of all files. For whoever has asked, for 24 hours after another one has approved. It cannot be resumed. All owners, and the sender,
/// are told each time. Takes a session that has shown a credential a moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "recovery_material",
    security(("session" = []), ("session_cookie" = [])),
    params(("recovery_id" = Uuid, Path)),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/recoveries/{recovery_id}/material")]
pub(crate) async fn material(
    app: App,
    admin: SteppedAdmin,
    id: Id<RecoveryId>,
) -> Result<HttpResponse, ApiError> {
    let material = app.service().recovery_material(&admin.0, id.0).await?;
    let name = format!("attachment; filename=\"sealpost-recovery-{}.material\"", id.0);
    let length = material.length();
    let bytes = material.stream().map_err(|error| actix_web::Error::from(ApiError::from(error)));
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(SizedStream::new(length, Box::pin(bytes))))
}
