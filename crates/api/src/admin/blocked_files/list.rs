//! `GET /api/v1/admin/blocked-files`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::BlockedFile;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
};

/// What nobody in the tenant may send.
#[derive(Serialize, ToSchema)]
pub(crate) struct BlockedFiles {
    /// Newest first, at most 10,000.
    files: Vec<BlockedFile>,
}

/// Lists what nobody may send
#[utoipa::path(
    tag = "admin",
    operation_id = "list_blocked_files",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = BlockedFiles),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/blocked-files")]
pub(crate) async fn list(app: App, admin: Admin) -> Result<HttpResponse, ApiError> {
    let files = app.service().blocked_files(&admin.0.manage()).await?;
    Ok(HttpResponse::Ok().json(BlockedFiles { files: files.into_iter().map(BlockedFile::from).collect() }))
}
