//! `GET /api/v1/transfers`

use actix_web::{HttpRequest, HttpResponse, get, web::Query};
use sealpost_domain::TransferId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sender,
    wire::{PageLimit, TransferSummary},
};

/// Which transfers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListTransfers {
    before: Option<Uuid>,
    limit: Option<PageLimit>,
}

/// A page of transfers, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct TransferList {
    transfers: Vec<TransferSummary>,
    /// `before` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<Uuid>,
}

/// Lists transfers, newest first
#[utoipa::path(
    tag = "transfers",
    operation_id = "list_transfers",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(
        ("before" = Option<Uuid>, Query, description = "Only those created before this one: `next` of the page before."),
        ("limit" = Option<u32>, Query, description = "How many at most; 50 if absent.", minimum = 1, maximum = 200),
    ),
    responses(
        (status = 200, body = TransferList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/transfers")]
pub(crate) async fn list(app: App, sender: Sender, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let query = Query::<ListTransfers>::from_query(request.query_string())
        .map_err(|error| ApiError::invalid(error.to_string()))?;
    let limit = query.limit.unwrap_or_default().get();
    let page = app.service().list(&sender.0, query.before.map(TransferId::from), limit).await?;
    Ok(HttpResponse::Ok().json(TransferList {
        transfers: page.transfers.into_iter().map(TransferSummary::from).collect(),
        next: page.next.map(TransferId::as_uuid),
    }))
}
