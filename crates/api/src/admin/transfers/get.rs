//! `GET /api/v1/admin/transfers/{transfer_id}`

use actix_web::{HttpResponse, get};
use sealpost_domain::TransferId;
use sealpost_tenancy::AuditFilter;
use serde::Serialize;
use utoipa::ToSchema;

use super::{LogFile, LogRecipient, LogRule, TransferLogLine};
use crate::{
    App,
    admin::audit::list::AuditEntry,
    error::{ApiError, Problem},
    grant::Auditor,
    path::Id,
};

/// Entries that come along: the newest.
const ENTRIES: u32 = 200;

/// A transfer of the log, with what happened to it.
#[derive(Serialize, ToSchema)]
pub(crate) struct TransferRecord {
    #[serde(flatten)]
    transfer: TransferLogLine,
    /// Its recipients; none once it is purged.
    recipients: Vec<LogRecipient>,
    /// Its finished files, without their names; none once it is purged.
    files: Vec<LogFile>,
    /// The rules of the policy that it has met, in the order in which it did; none once it is purged.
    rules: Vec<LogRule>,
    /// The newest 200 entries of the audit log about it: who had what, after showing what, from where.
    entries: Vec<AuditEntry>,
}

/// Shows a transfer of the tenant, its recipients, and what happened to it
#[utoipa::path(
    tag = "admin",
    operation_id = "get_transfer_record",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("transfer_id" = Uuid, Path)),
    responses(
        (status = 200, body = TransferRecord),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/transfers/{transfer_id}")]
pub(crate) async fn get(app: App, auditor: Auditor, id: Id<TransferId>) -> Result<HttpResponse, ApiError> {
    let id = id.0;
    let (transfer, recipients) = app.service().logged_transfer(&auditor.0, id).await?;
    let rules = app.service().rules_of_logged(&auditor.0, id).await?;
    let files = app.service().files_of_logged(&auditor.0, id).await?;
    let filter = AuditFilter { transfer: Some(id), ..AuditFilter::default() };
    let page = app.tenancy().audit(&auditor.0, filter, ENTRIES).await?;
    Ok(HttpResponse::Ok().json(TransferRecord {
        transfer: transfer.into(),
        recipients: recipients.into_iter().map(LogRecipient::from).collect(),
        files: files.into_iter().map(LogFile::from).collect(),
        rules: rules.into_iter().map(LogRule::from).collect(),
        entries: page.entries.into_iter().map(AuditEntry::from).collect(),
    }))
}
