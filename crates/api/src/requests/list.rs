//! `GET /api/v1/requests`

use actix_web::{HttpRequest, HttpResponse, get, web::Query};
use sealpost_domain::UploadRequestId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::UploadRequest;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sender,
    wire::PageLimit,
};

/// Which requests.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListRequests {
    before: Option<Uuid>,
    limit: Option<PageLimit>,
}

/// A page of upload requests, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct RequestList {
    requests: Vec<UploadRequest>,
    /// `before` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<Uuid>,
}

/// Lists one's upload requests, newest first
///
/// Admins see those of the whole tenant, the links of others left out. What is over or closed is removed after 14 days.
#[utoipa::path(
    tag = "requests",
    operation_id = "list_requests",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(
        ("before" = Option<Uuid>, Query, description = "Only those created before this one: `next` of the page before."),
        ("limit" = Option<u32>, Query, description = "How many at most; 50 if absent.", minimum = 1, maximum = 200),
    ),
    responses(
        (status = 200, body = RequestList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/requests")]
pub(crate) async fn list(app: App, sender: Sender, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let query = Query::<ListRequests>::from_query(request.query_string())
        .map_err(|error| ApiError::invalid(error.to_string()))?;
    let limit = query.limit.unwrap_or_default().get();
    let page = app.service().requests(&sender.0, query.before.map(UploadRequestId::from), limit).await?;
    Ok(HttpResponse::Ok().json(RequestList {
        requests: page.requests.into_iter().map(UploadRequest::from).collect(),
        next: page.next.map(UploadRequestId::as_uuid),
    }))
}
