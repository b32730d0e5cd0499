//! `PUT /api/v1/submissions/{submission_id}/files/{file_id}/sealing`

use actix_web::{HttpResponse, put};
use sealpost_domain::FileId;
use sealpost_transfer::TransferError;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Submitting,
    json::Body,
    path::Id,
    transfers::file_sealing::{MAX_BYTES, SealFile},
};

/// Keeps what the uploader's program has sealed of a file
///
/// Of a submission whose mode is `zero_knowledge`. Done again, it takes the place of what was there.
#[utoipa::path(
    tag = "requests",
    operation_id = "seal_submitted_file",
    security(("submission" = [])),
    params(("submission_id" = Uuid, Path), ("file_id" = Uuid, Path)),
    request_body = SealFile,
    responses(
        (status = 204, description = "It is kept."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[put("/api/v1/submissions/{submission_id}/files/{file_id}/sealing")]
pub(crate) async fn file_sealing(
    app: App,
    submitting: Submitting,
    file: Id<FileId>,
    body: Body<SealFile, MAX_BYTES>,
) -> Result<HttpResponse, ApiError> {
    let (sealing, stated) = body.read().await?.parts();
    if stated.is_some() {
        return Err(
            TransferError::Invalid("nobody asks an outsider what files are: leave `stated` out").into()
        );
    }
    app.service().seal_file_of_submission(&submitting.0, file.0, &sealing).await?;
    Ok(HttpResponse::NoContent().finish())
}
