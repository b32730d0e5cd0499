//! `POST /api/v1/requests/{request_id}/notify`

use actix_web::{HttpResponse, post};
use sealpost_domain::UploadRequestId;

use super::UploadRequest;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sending,
    path::Id,
};

/// Mails the link of an upload request again
///
/// To who alone may use it, as the tenant's rules about addresses allow: once in ten minutes, five times a day; 429 with
/// `Retry-After` beyond. 409 if it names no address, or takes nothing now.
#[utoipa::path(
    tag = "requests",
    operation_id = "notify_request",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("request_id" = Uuid, Path)),
    responses(
        (status = 202, body = UploadRequest),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/requests/{request_id}/notify")]
pub(crate) async fn notify(
    app: App,
    sender: Sending,
    id: Id<UploadRequestId>,
) -> Result<HttpResponse, ApiError> {
    let mailed = app.service().notify_request(app.auth().limits(), &sender.0, id.0).await?;
    Ok(HttpResponse::Accepted().json(UploadRequest::from(mailed)))
}
