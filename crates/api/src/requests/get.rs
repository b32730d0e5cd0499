//! `GET /api/v1/requests/{request_id}`

use actix_web::{HttpResponse, get};
use sealpost_domain::UploadRequestId;
use serde::Serialize;
use utoipa::ToSchema;

use super::UploadRequest;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sender,
    path::Id,
    wire::TransferSummary,
};

/// An upload request with what has come in.
#[derive(Serialize, ToSchema)]
pub(crate) struct RequestWithSubmissions {
    request: UploadRequest,
    /// What has come in, newest first, as transfers; drafts are still being uploaded. What was purged is not there any more.
    submissions: Vec<TransferSummary>,
}

/// Shows an upload request, and what has come in
#[utoipa::path(
    tag = "requests",
    operation_id = "get_request",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("request_id" = Uuid, Path)),
    responses(
        (status = 200, body = RequestWithSubmissions),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/requests/{request_id}")]
pub(crate) async fn get(app: App, sender: Sender, id: Id<UploadRequestId>) -> Result<HttpResponse, ApiError> {
    let (request, submissions) = app.service().request(&sender.0, id.0).await?;
    Ok(HttpResponse::Ok().json(RequestWithSubmissions {
        request: request.into(),
        submissions: submissions.into_iter().map(TransferSummary::from).collect(),
    }))
}
