//! `POST /api/v1/uploads/{upload_id}` with `X-HTTP-Method-Override`: for clients behind something that lets neither
//! PATCH nor DELETE through.

use actix_web::{FromRequest as _, HttpRequest, HttpResponse, post, web};
use sealpost_domain::UploadId;

use super::{
    append, head, terminate,
    tus::{self, Override, Tus},
};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::{Adding, Uploader},
    path::Id,
    routes,
    wire::Bytes,
};

/// Stands for PATCH, DELETE or HEAD
#[utoipa::path(
    tag = "uploads",
    operation_id = "override_upload",
    security(("token" = []), ("session" = []), ("session_cookie" = []), ("submission" = [])),
    params(
        ("upload_id" = Uuid, Path),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("X-HTTP-Method-Override" = String, Header, description = "`PATCH`, `DELETE` or `HEAD`; headers and body are those of that method."),
        ("Upload-Offset" = Option<u64>, Header, description = "As for PATCH, which needs it."),
        ("Upload-Length" = Option<u64>, Header, description = "As for PATCH."),
        ("Upload-Checksum" = Option<String>, Header, description = "As for PATCH."),
    ),
    request_body(content = Bytes, content_type = "application/offset+octet-stream"),
    responses(
        (status = 200, description = "As for HEAD, with its headers.", headers(
            ("Upload-Offset" = u64, description = "Bytes that are stored."),
            ("Upload-Length" = Option<u64>, description = "Bytes of the file, once declared."),
            ("Upload-Defer-Length" = Option<String>, description = "1 while the length is not declared."),
            ("Upload-Metadata" = Option<String>, description = "As it was given."),
            ("Upload-Concat" = Option<String>, description = "`partial`, or `final;` and the paths of what was joined."),
            ("Upload-Expires" = Option<String>, description = "When it is forgotten if no byte follows."),
        )),
        (status = 204, description = "As for PATCH, with its headers, and for DELETE.", headers(
            ("Upload-Offset" = Option<u64>, description = "Bytes that are stored."),
            ("Upload-Expires" = Option<String>, description = "When it is forgotten if no byte follows."),
        )),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/uploads/{upload_id}")]
pub(crate) async fn overridden(
    _: Tus,
    app: App,
    uploader: Uploader,
    upload: Id<UploadId>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    match tus::method_override(request.headers())? {
        Some(Override::Delete) => terminate::run(&app, &uploader.0, upload.0).await,
        Some(Override::Head) => head::run(&app, &uploader.0, upload.0).await,
        Some(Override::Patch) => {
            let adding = Adding::extract(&request).await?;
            append::run(adding.0, upload.0, &request, payload).await
        }
        None => Err(routes::method_not_allowed(request.path())),
    }
}
