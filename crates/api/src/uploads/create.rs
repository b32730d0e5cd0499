//! `POST /api/v1/transfers/{transfer_id}/files`

use actix_web::{HttpRequest, HttpResponse, http::header, post, web};
use sealpost_auth::AddGrant;
use sealpost_domain::TransferId;
use sealpost_transfer::{NewUpload, UploadStatus};

use super::{
    add_expiry, add_progress,
    body::Body,
    ended_or, path, to_its_end,
    tus::{self, Creation, Tus},
};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Adding,
    path::Id,
    wire::Bytes,
};

/// Begins the upload of a file, or joins partial uploads into one
///
/// tus 1.0.0: creation, creation-with-upload, creation-defer-length, checksum and concatenation.
#[utoipa::path(
    tag = "uploads",
    operation_id = "create_upload",
    security(("token" = []), ("session" = []), ("session_cookie" = []), ("submission" = [])),
    params(
        ("transfer_id" = Uuid, Path),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Length" = Option<u64>, Header, description = "Bytes of the file."),
        ("Upload-Defer-Length" = Option<String>, Header, description = "1 if the length is not known yet."),
        ("Upload-Metadata" = Option<String>, Header, description = "Keys and base64 values; `filename` and `filetype` are used."),
        ("Upload-Concat" = Option<String>, Header, description = "`partial`, or `final;` and addresses of partial uploads."),
        ("Upload-Checksum" = Option<String>, Header, description = "`sha1` or `sha256`, and the base64 digest of the body."),
    ),
    request_body(content = Bytes, content_type = "application/offset+octet-stream", description = "First bytes, or nothing."),
    responses(
        (status = 201, description = "It has begun, or is complete if all bytes came along.", headers(
            ("Location" = String, description = "The upload, absolute."),
            ("Upload-Offset" = Option<u64>, description = "Bytes that are stored, if any were sent."),
            ("Upload-Expires" = Option<String>, description = "When it is forgotten if no byte follows."),
        )),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/transfers/{transfer_id}/files")]
pub(crate) async fn create(
    _: Tus,
    app: App,
    adding: Adding,
    transfer: Id<TransferId>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let creation = tus::creation(request.headers(), app.base_url())?;
    let brings_bytes = tus::brings_bytes(request.headers())?;
    let status = match creation {
        Creation::Begin(new) => {
            let body = brings_bytes
                .then(|| Body::new(payload.into_inner(), app.patience(), app.drain(), app.metrics()));
            begin(app.clone(), adding.0, transfer.0, new, body).await?
        }
        Creation::Join(..) if brings_bytes => return Err(ApiError::invalid("a final upload takes no bytes")),
        Creation::Join(parts, metadata) => app.service().join(&adding.0, transfer.0, parts, metadata).await?,
    };
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, app.base_url().join(path(status.id))));
    if brings_bytes {
        add_progress(&mut response, &status);
    } else {
        add_expiry(&mut response, &status);
    }
    Ok(response.finish())
}

async fn begin(
    app: App,
    grant: AddGrant,
    transfer: TransferId,
    new: NewUpload,
    body: Option<Body>,
) -> Result<UploadStatus, ApiError> {
    let ending = body.as_ref().map(Body::ending).unwrap_or_default();
    let work = async move { app.service().begin_upload(&grant, transfer, new, body).await };
    to_its_end(work).await.map_err(|error| ended_or(error, &ending))
}
