//! `GET` and `HEAD /api/v1/deliveries/{delivery_id}/archive.zip`

use actix_web::{HttpRequest, HttpResponse, get, head};
use sealpost_transfer::{Chosen, Marks};
use url::form_urlencoded;

use super::respond::respond;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Recipient,
    wire::Bytes,
};

/// Most files that can be named one by one: an address of 42 KB. The server takes none of 64 KiB.
const MAX_NAMED: usize = 1_000;

/// Fetches all files as one ZIP, or chosen ones, whole or a range of it
///
/// Stored, not compressed, so that its length is fixed and a broken download can be resumed. With `file` or `chosen` it holds those
/// files alone, in the delivery's order, each once. What is fetched of it counts as if its files were fetched one by one.
#[utoipa::path(
    tag = "deliveries",
    operation_id = "get_archive",
    security(("grant" = []), ("grant_cookie" = [])),
    params(
        ("delivery_id" = Uuid, Path),
        ("file" = Option<Vec<Uuid>>, Query, max_items = 1_000, description = "One of the files; given again for more, 1,000 times at most."),
        ("chosen" = Option<String>, Query, description = "The same in short: base64url (without padding) of one bit for each file in \
            the delivery's order, the first being the highest of the first byte. In place of `file`."),
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
    respond(&request, app.service().archive(&recipient.0, &chosen(&request)?).await?).await
}

/// Describes the ZIP
#[utoipa::path(
    tag = "deliveries",
    operation_id = "head_archive",
    security(("grant" = []), ("grant_cookie" = [])),
    params(
        ("delivery_id" = Uuid, Path),
        ("file" = Option<Vec<Uuid>>, Query, max_items = 1_000, description = "One of the files; given again for more, 1,000 times at most."),
        ("chosen" = Option<String>, Query, description = "The same in short: base64url (without padding) of one bit for each file in \
            the delivery's order, the first being the highest of the first byte. In place of `file`."),
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
    respond(&request, app.service().archive(&recipient.0, &chosen(&request)?).await?).await
}

/// Which files the address names.
fn chosen(request: &HttpRequest) -> Result<Chosen, ApiError> {
    let (mut files, mut marks) = (Vec::new(), None);
    for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
        match &*name {
            "file" if files.len() == MAX_NAMED => {
                return Err(ApiError::invalid("file is given 1000 times at most: chosen names any number"));
            }
            "file" => files.push(value.parse().map_err(|_| ApiError::invalid("file is no id"))?),
            "chosen" if marks.is_none() => {
                let parsed: Marks = value.parse().map_err(|_| ApiError::invalid("chosen is no base64url"))?;
                marks = Some(parsed);
            }
            "chosen" => return Err(ApiError::invalid("chosen is given once")),
            _ => return Err(ApiError::invalid("nothing but file and chosen can be said of an archive")),
        }
    }
    match (files.is_empty(), marks) {
        (true, None) => Ok(Chosen::All),
        (true, Some(marks)) => Ok(Chosen::Marked(marks)),
        (false, None) => Ok(Chosen::Files(files)),
        (false, Some(_)) => Err(ApiError::invalid("files are named by file or by chosen, not by both")),
    }
}
