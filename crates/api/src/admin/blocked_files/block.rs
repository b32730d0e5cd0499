//! `POST /api/v1/admin/blocked-files`

use actix_web::{HttpResponse, post};
use data_encoding::HEXLOWER_PERMISSIVE;
use sealpost_domain::{FileId, TransferId};
use sealpost_transfer::{Blocked, NewBlockedFile};
use serde::Deserialize;
use utoipa::ToSchema;

use super::BlockedFile;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    json::Body,
};

/// Which file nobody may send any more: one that was sent, or one by its hash.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BlockFile {
    /// The transfer in which it is; goes with `file_id`.
    #[schema(value_type = Option<uuid::Uuid>)]
    transfer_id: Option<TransferId>,
    #[schema(value_type = Option<uuid::Uuid>)]
    file_id: Option<FileId>,
    /// SHA-256 of its bytes, 64 hexadecimal digits; instead of the two.
    sha256: Option<String>,
    /// Its bytes, beside `sha256`. If absent, every file that is sent has to be compared.
    length: Option<u64>,
    /// Why, at most 500 characters.
    #[serde(default)]
    note: String,
}

impl BlockFile {
    fn which(&self) -> Result<Blocked, ApiError> {
        match (self.transfer_id, self.file_id, &self.sha256, self.length) {
            (Some(transfer), Some(file), None, None) => Ok(Blocked::File(transfer, file)),
            (None, None, Some(text), length) => {
                let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok();
                let hash = bytes.and_then(|bytes| bytes.try_into().ok());
                let hash = hash.ok_or_else(|| ApiError::invalid("sha256: 64 hexadecimal digits"))?;
                Ok(Blocked::Hash(hash, length))
            }
            _ => Err(ApiError::invalid("transfer_id and file_id, or sha256 and perhaps length")),
        }
    }
}

/// Blocks a file
///
/// Nobody in the tenant sends it from now on: a transfer with it is blocked before anybody is told of it. What was sent with
/// it before is searched for, and blocked. A file that was sent is read for it once, which takes about as long as fetching it.
#[utoipa::path(
    tag = "admin",
    operation_id = "block_file",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    request_body = BlockFile,
    responses(
        (status = 201, body = BlockedFile),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/blocked-files")]
pub(crate) async fn block(app: App, admin: Admin, body: Body<BlockFile>) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let new = NewBlockedFile { which: input.which()?, note: input.note };
    let blocked = app.service().block_file(&admin.0.manage(), new).await?;
    Ok(HttpResponse::Created().json(BlockedFile::from(blocked)))
}
