//! `HEAD /api/v1/uploads/{upload_id}`

use actix_web::{HttpResponse, head};
use sealpost_auth::UploadGrant;
use sealpost_domain::UploadId;

use super::{describe, tus::Tus};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Uploader,
    path::Id,
};

/// Says how far an upload has come
#[utoipa::path(
    tag = "uploads",
    operation_id = "head_upload",
    security(("token" = []), ("session" = []), ("session_cookie" = []), ("submission" = [])),
    params(
        ("upload_id" = Uuid, Path),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
    ),
    responses(
        (status = 200, description = "In headers.", headers(
            ("Upload-Offset" = u64, description = "Bytes that are stored."),
            ("Upload-Length" = Option<u64>, description = "Bytes of the file, once declared."),
            ("Upload-Defer-Length" = Option<String>, description = "1 while the length is not declared."),
            ("Upload-Metadata" = Option<String>, description = "As it was given."),
            ("Upload-Concat" = Option<String>, description = "`partial`, or `final;` and the paths of what was joined."),
            ("Upload-Expires" = Option<String>, description = "When it is forgotten if no byte follows."),
        )),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem, without its body."),
    ),
)]
#[head("/api/v1/uploads/{upload_id}")]
pub(crate) async fn head(
    _: Tus,
    app: App,
    uploader: Uploader,
    upload: Id<UploadId>,
) -> Result<HttpResponse, ApiError> {
    run(&app, &uploader.0, upload.0).await
}

/// Describes, whatever the method was called.
pub(super) async fn run(app: &App, grant: &UploadGrant, upload: UploadId) -> Result<HttpResponse, ApiError> {
    Ok(describe(&app.service().upload_status(grant, upload).await?))
}
