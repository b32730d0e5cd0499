//! `PATCH /api/v1/uploads/{upload_id}`

use actix_web::{HttpRequest, HttpResponse, patch, web};
use sealpost_auth::AddGrant;
use sealpost_domain::UploadId;

use super::{
    add_progress,
    body::Body,
    ended_or, to_its_end,
    tus::{self, Tus},
};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Adding,
    path::Id,
    wire::Bytes,
};

/// Appends bytes to an upload
///
/// What is acknowledged is stored. If the connection breaks, ask with HEAD how far it came.
#[utoipa::path(
    tag = "uploads",
    operation_id = "append_upload",
    security(("token" = []), ("session" = []), ("session_cookie" = []), ("submission" = [])),
    params(
        ("upload_id" = Uuid, Path),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Offset" = u64, Header, description = "Where the bytes begin: what is stored already."),
        ("Upload-Length" = Option<u64>, Header, description = "Bytes of the file, if deferred until now."),
        ("Upload-Checksum" = Option<String>, Header, description = "`sha1` or `sha256`, and the base64 digest of the body."),
    ),
    request_body(content = Bytes, content_type = "application/offset+octet-stream"),
    responses(
        (status = 204, description = "Stored.", headers(
            ("Upload-Offset" = u64, description = "Bytes that are stored."),
            ("Upload-Expires" = Option<String>, description = "When it is forgotten if no byte follows."),
        )),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[patch("/api/v1/uploads/{upload_id}")]
pub(crate) async fn append(
    _: Tus,
    adding: Adding,
    upload: Id<UploadId>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    run(adding.0, upload.0, &request, payload).await
}

/// Appends, whatever the method was called.
pub(super) async fn run(
    grant: AddGrant,
    upload: UploadId,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let bytes = tus::append(request.headers())?;
    let app = App::serving(request);
    let body = Body::new(payload.into_inner(), app.patience(), app.drain(), app.metrics());
    let ending = body.ending();
    let work = async move { app.service().append(&grant, upload, bytes, body).await };
    let status = to_its_end(work).await.map_err(|error| ended_or(error, &ending))?;
    let mut response = HttpResponse::NoContent();
    add_progress(&mut response, &status);
    Ok(response.finish())
}
