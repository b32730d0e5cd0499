//! `DELETE /api/v1/admin/blocked-files/{blocked_file_id}`

use actix_web::{HttpResponse, delete};
use sealpost_domain::BlockedFileId;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    path::Id,
};

/// Takes a file off the list
///
/// It can be sent from now on. Transfers that were blocked for it stay so.
#[utoipa::path(
    tag = "admin",
    operation_id = "unblock_file",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("blocked_file_id" = Uuid, Path)),
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/admin/blocked-files/{blocked_file_id}")]
pub(crate) async fn unblock(app: App, admin: Admin, id: Id<BlockedFileId>) -> Result<HttpResponse, ApiError> {
    app.service().unblock_file(&admin.0.manage(), id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
