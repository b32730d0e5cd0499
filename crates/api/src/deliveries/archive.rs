//! `GET` and `HEAD /api/v1/deliveries/{delivery_id}/archive.zip`

use actix_web::{HttpRequest, HttpResponse, get, head};

use super::respond::respond;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Recipient,
    wire::Bytes,
};

/// Fetches all files as one ZIP, whole or a range of it
///
/// Stored, not compressed, so that its length is fixed and a broken download can be resumed.
#[utoipa::path(
    tag = "deliveries",
    operation_id = "get_archive",
    security(("grant" = []), ("grant_cookie" = [])),
    params(
        ("delivery_id" = Uuid, Path),
        ("Range" = Option<String>, Header, description = "One range of bytes. Several are answered with the whole."),
        ("If-Range" = Option<String>, Header, description = "The ETag for which the range is meant."),
        ("If-Match" = Option<String>, Header, description = "Only if the ETag is one of these."),
        ("If-None-Match" = Option<String>, Header, description = "Only if the ETag is none of these; else 304."),
    ),
    responses(
        (status = 200, description = "The ZIP.", content_type = "application/zip", body = Bytes,
            headers(("ETag" = String, description = "Strong; a ZIP never changes."))),
        (status = 206, description = "The range.", content_type = "application/zip", body = Bytes,
            headers(("Content-Range" = String, description = "The range and the whole length."))),
        (status = 304, description = "As named in If-None-Match."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/deliveries/{delivery_id}/archive.zip")]
pub(crate) async fn archive(
    app: App,
    recipient: Recipient,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    respond(&request, app.service().archive(&recipient.0).await?).await
}

/// Describes the ZIP
#[utoipa::path(
    tag = "deliveries",
    operation_id = "head_archive",
    security(("grant" = []), ("grant_cookie" = [])),
    params(
        ("delivery_id" = Uuid, Path),
        ("If-Match" = Option<String>, Header, description = "Only if the ETag is one of these."),
        ("If-None-Match" = Option<String>, Header, description = "Only if the ETag is none of these; else 304."),
    ),
    responses(
        (status = 200, description = "As for GET, without the bytes."),
        (status = 304, description = "As named in If-None-Match."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem, without its body."),
    ),
)]
#[head("/api/v1/deliveries/{delivery_id}/archive.zip")]
pub(crate) async fn archive_head(
    app: App,
    recipient: Recipient,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    respond(&request, app.service().archive(&recipient.0).await?).await
}
