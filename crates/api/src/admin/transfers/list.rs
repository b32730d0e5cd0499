//! `GET /api/v1/admin/transfers`

use actix_web::{HttpRequest, HttpResponse, get, web::Query};
use sealpost_domain::TransferId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{LogQuery, TransferLogLine};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Auditor,
    wire::Time,
};

/// A page of the log, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct TransferLog {
    transfers: Vec<TransferLogLine>,
    /// `before` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<Uuid>,
}

/// Lists all transfers of the tenant, newest first
///
/// A page that is asked for by `rule`, `recipient`, `kind`, `request` or `portal` together with something else may be short, or empty, although there are
/// more: `next` says so.
#[utoipa::path(
    tag = "admin",
    operation_id = "list_transfer_log",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(
        ("sender" = Option<String>, Query, description = "Only those of the user with this address."),
        ("recipient" = Option<String>, Query, description = "Only those to this address."),
        ("kind" = Option<String>, Query, description = "Only those with a file of this kind, such as executable, of those that were looked into."),
        ("rule" = Option<String>, Query, description = "Only those that have met the rule of this name, whatever came of it: a rule about addresses or content, or a word of the rules about files such as kinds."),
        ("request" = Option<Uuid>, Query, description = "Only those that have come in by this upload request, which may be gone."),
        ("portal" = Option<Uuid>, Query, description = "Only those that have come in by this portal, which may be gone; not together with `request`."),
        ("state" = Option<String>, Query, description = "Only those that are draft, sealed, available, blocked or purged."),
        ("from" = Option<Time>, Query, description = "Only those made at this time or later."),
        ("to" = Option<Time>, Query, description = "Only those made before this time."),
        ("before" = Option<Uuid>, Query, description = "Only those before this one: `next` of the page before."),
        ("limit" = Option<u32>, Query, description = "How many at most; 50 if absent.", minimum = 1, maximum = 200),
    ),
    responses(
        (status = 200, body = TransferLog),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/transfers")]
pub(crate) async fn list(app: App, auditor: Auditor, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let query = Query::<LogQuery>::from_query(request.query_string())
        .map_err(|error| ApiError::invalid(error.to_string()))?;
    let limit = query.limit.unwrap_or_default().get();
    if query.format.is_some() {
        return Err(ApiError::invalid("only an export has a format"));
    }
    let page = app.service().transfer_log(&auditor.0, &query.filter()?, limit).await?;
    Ok(HttpResponse::Ok().json(TransferLog {
        transfers: page.transfers.into_iter().map(TransferLogLine::from).collect(),
        next: page.next.map(TransferId::as_uuid),
    }))
}
