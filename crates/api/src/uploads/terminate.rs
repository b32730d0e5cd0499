//! `DELETE /api/v1/uploads/{upload_id}`

use actix_web::{HttpResponse, delete};
use sealpost_auth::UploadGrant;
use sealpost_domain::UploadId;

use super::tus::Tus;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Uploader,
    path::Id,
};

/// Gives an upload up, and removes what is stored of it
#[utoipa::path(
    tag = "uploads",
    operation_id = "terminate_upload",
    security(("token" = []), ("session" = []), ("session_cookie" = []), ("submission" = [])),
    params(
        ("upload_id" = Uuid, Path),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
    ),
    responses(
        (status = 204, description = "It is gone."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/uploads/{upload_id}")]
pub(crate) async fn terminate(
    _: Tus,
    app: App,
    uploader: Uploader,
    upload: Id<UploadId>,
) -> Result<HttpResponse, ApiError> {
    run(&app, &uploader.0, upload.0).await
}

/// Terminates, whatever the method was called.
pub(super) async fn run(app: &App, grant: &UploadGrant, upload: UploadId) -> Result<HttpResponse, ApiError> {
    app.service().terminate(grant, upload).await?;
    Ok(HttpResponse::NoContent().finish())
}
