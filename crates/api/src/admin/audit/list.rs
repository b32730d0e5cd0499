//! `GET /api/v1/admin/audit`

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, get, web::Query};
use sealpost_domain::TransferId;
use sealpost_tenancy::{AuditEntryView, AuditFilter};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Auditor,
    wire::{PageLimit, Time},
};

/// Which entries.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListAudit {
    before: Option<u64>,
    transfer: Option<Uuid>,
    rule: Option<String>,
    kind: Option<String>,
    from: Option<Time>,
    to: Option<Time>,
    limit: Option<PageLimit>,
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditEntry {
    /// Its number in the log.
    seq: u64,
    at: Time,
    /// What happened: a word of docs/audit.md.
    #[schema(examples("transfer.sent"))]
    kind: String,
    /// The transfer it happened to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    transfer: Option<Uuid>,
    /// More about it: ids, numbers and words.
    #[schema(value_type = Object)]
    details: Value,
    /// Whom it is about and where he came from, by name, as long as it is kept.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    personal: BTreeMap<String, Vec<String>>,
    /// Its hash, in hexadecimal.
    hash: String,
}

/// A page of entries, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditList {
    entries: Vec<AuditEntry>,
    /// `before` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<u64>,
}

impl From<AuditEntryView> for AuditEntry {
    fn from(view: AuditEntryView) -> Self {
        Self {
            seq: view.seq,
            at: view.at.into(),
            kind: view.kind,
            transfer: view.transfer.map(TransferId::as_uuid),
            details: view.details,
            personal: view.personal,
            hash: view.hash,
        }
    }
}

/// Lists what happened in the tenant, newest first
///
/// By `kind`, `from` or `to` in the order of times, else in that of numbers.
#[utoipa::path(
    tag = "admin",
    operation_id = "list_audit",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(
        ("before" = Option<u64>, Query, description = "Only those before this one: `next` of the page before."),
        ("transfer" = Option<Uuid>, Query, description = "Only those about this transfer."),
        ("rule" = Option<String>, Query, description = "Only those about what the rule of this name has refused; with nothing else but `before`."),
        ("kind" = Option<String>, Query, description = "Only those of this kind, a word of docs/audit.md such as `policy.changed`."),
        ("from" = Option<Time>, Query, description = "Only those of this time or later."),
        ("to" = Option<Time>, Query, description = "Only those before this time."),
        ("limit" = Option<u32>, Query, description = "How many at most; 50 if absent.", minimum = 1, maximum = 200),
    ),
    responses(
        (status = 200, body = AuditList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/audit")]
pub(crate) async fn list(app: App, auditor: Auditor, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let query = Query::<ListAudit>::from_query(request.query_string())
        .map_err(|error| ApiError::invalid(error.to_string()))?;
    let limit = query.limit.unwrap_or_default().get();
    let filter = AuditFilter {
        before: query.before,
        transfer: query.transfer.map(TransferId::from),
        rule: query.rule.clone(),
        kind: query.kind.clone(),
        from: query.from.map(|time| time.0),
        to: query.to.map(|time| time.0),
    };
    let page = app.tenancy().audit(&auditor.0, filter, limit).await?;
    Ok(HttpResponse::Ok().json(AuditList {
        entries: page.entries.into_iter().map(AuditEntry::from).collect(),
        next: page.next,
    }))
}
