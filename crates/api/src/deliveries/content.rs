//! `GET` and `HEAD /api/v1/deliveries/{delivery_id}/files/{file_id}/content`

use actix_web::{HttpRequest, HttpResponse, get, head};
use sealpost_domain::FileId;

use super::respond::respond;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Recipient,
    path::Id,
    wire::Bytes,
};

/// Fetches a file, whole or a range of it
///
/// If something stored turns out damaged half-way, the connection breaks off before the announced length.
#[utoipa::path(
    tag = "deliveries",
    operation_id = "get_file_content",
    security(("grant" = []), ("grant_cookie" = [])),
    params(
        ("delivery_id" = Uuid, Path),
        ("file_id" = Uuid, Path),
        ("Range" = Option<String>, Header, description = "One range of bytes. Several are answered with the whole."),
        ("If-Range" = Option<String>, Header, description = "The ETag for which the range is meant."),
        ("If-Match" = Option<String>, Header, description = "Only if the ETag is one of these."),
        ("If-None-Match" = Option<String>, Header, description = "Only if the ETag is none of these; else 304."),
    ),
    responses(
        (status = 200, description = "The file.", content_type = "application/octet-stream", body = Bytes, headers(
            ("ETag" = String, description = "Strong; a file never changes."),
            ("Content-Disposition" = String, description = "The file's name."),
        )),
        (status = 206, description = "The range.", content_type = "application/octet-stream", body = Bytes,
            headers(("Content-Range" = String, description = "The range and the whole length."))),
        (status = 304, description = "As named in If-None-Match."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/deliveries/{delivery_id}/files/{file_id}/content")]
pub(crate) async fn content(
    app: App,
    recipient: Recipient,
    file: Id<FileId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    respond(&request, app.service().file(&recipient.0, file.0).await?).await
}

/// Describes a file
#[utoipa::path(
    tag = "deliveries",
    operation_id = "head_file_content",
    security(("grant" = []), ("grant_cookie" = [])),
    params(
        ("delivery_id" = Uuid, Path),
        ("file_id" = Uuid, Path),
        ("If-Match" = Option<String>, Header, description = "Only if the ETag is one of these."),
        ("If-None-Match" = Option<String>, Header, description = "Only if the ETag is none of these; else 304."),
    ),
    responses(
        (status = 200, description = "As for GET, without the bytes."),
        (status = 304, description = "As named in If-None-Match."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem, without its body."),
    ),
)]
#[head("/api/v1/deliveries/{delivery_id}/files/{file_id}/content")]
pub(crate) async fn content_head(
    app: App,
    recipient: Recipient,
    file: Id<FileId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    respond(&request, app.service().file(&recipient.0, file.0).await?).await
}
