//! `DELETE /api/v1/submissions/{submission_id}/files/{file_id}`

use actix_web::{HttpResponse, delete};
use sealpost_domain::{FileId, UploadId};

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Submitting,
    path::Id,
};

/// Takes a file, or an unfinished upload, out of what was not handed over yet
#[utoipa::path(
    tag = "requests",
    operation_id = "remove_submitted_file",
    security(("submission" = [])),
    params(("submission_id" = Uuid, Path), ("file_id" = Uuid, Path)),
    responses(
        (status = 204, description = "It is gone."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/submissions/{submission_id}/files/{file_id}")]
pub(crate) async fn remove(
    app: App,
    submitting: Submitting,
    file: Id<FileId>,
) -> Result<HttpResponse, ApiError> {
    app.service().terminate(&submitting.0.upload_grant(), UploadId::from(file.0)).await?;
    Ok(HttpResponse::NoContent().finish())
}
