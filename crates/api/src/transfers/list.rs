//! `GET /api/v1/transfers`

use actix_web::{HttpRequest, HttpResponse, get, web::Query};
use sealpost_domain::{EmailAddress, TransferId, TransferState};
use sealpost_transfer::ListFilter;
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
    state: Option<String>,
    recipient: Option<String>,
    subject: Option<String>,
    before: Option<Uuid>,
    limit: Option<PageLimit>,
}

impl ListTransfers {
    fn filter(&self) -> Result<ListFilter, ApiError> {
        let state = self.state.as_deref().map(str::parse::<TransferState>).transpose();
        let recipient = self.recipient.as_deref().map(str::parse::<EmailAddress>).transpose();
        let subject = self.subject.as_deref().map(str::trim);
        if subject == Some("") {
            return Err(ApiError::invalid("subject is what to look for in subjects: a word or more"));
        }
        Ok(ListFilter {
            state: state.map_err(|_| ApiError::invalid("state is none of a transfer"))?,
            recipient: recipient.map_err(|error| ApiError::invalid(error.to_string()))?,
            subject: subject.map(str::to_owned),
            before: self.before.map(TransferId::from),
        })
    }
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
///
/// A page that is asked for by `subject`, or by `recipient` together with `state`, may be short, or empty, although there are more:
/// `next` says so.
#[utoipa::path(
    tag = "transfers",
    operation_id = "list_transfers",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(
        ("state" = Option<String>, Query, description = "Only those that are draft, sealed, available, blocked or purged. Of purged ones counts and times are left."),
        ("recipient" = Option<String>, Query, description = "Only those to this address, the whole of it."),
        ("subject" = Option<String>, Query, description = "Only those with this in the subject, in whatever case."),
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
    let page = app.service().list(&sender.0, &query.filter()?, limit).await?;
    Ok(HttpResponse::Ok().json(TransferList {
        transfers: page.transfers.into_iter().map(TransferSummary::from).collect(),
        next: page.next.map(TransferId::as_uuid),
    }))
}
