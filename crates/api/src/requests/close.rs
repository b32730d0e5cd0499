//! `POST /api/v1/requests/{request_id}/close`

use actix_web::{HttpResponse, post};
use sealpost_domain::UploadRequestId;

use super::UploadRequest;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sender,
    path::Id,
};

/// Closes an upload request
///
/// It takes nothing from now on, not even of what is being uploaded. What was sent in stays. Closing it again does nothing.
#[utoipa::path(
    tag = "requests",
    operation_id = "close_request",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("request_id" = Uuid, Path)),
    responses(
        (status = 200, body = UploadRequest),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/requests/{request_id}/close")]
pub(crate) async fn close(
    app: App,
    sender: Sender,
    id: Id<UploadRequestId>,
) -> Result<HttpResponse, ApiError> {
    let closed = app.service().close_request(&sender.0, id.0).await?;
    Ok(HttpResponse::Ok().json(UploadRequest::from(closed)))
}
