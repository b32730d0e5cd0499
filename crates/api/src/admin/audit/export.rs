//! `GET /api/v1/admin/audit/export`

use actix_web::{HttpRequest, HttpResponse, get, http::header, web::Query};
use futures_util::stream;
use sealpost_tenancy::{AuditExport, ExportRange, TenancyError};
use serde::Deserialize;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Auditor,
    wire::Time,
};

/// Which part.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExportAudit {
    from: Option<Time>,
}

/// Hands out the audit log with its checkpoints: JSON, one object a line
///
/// `docs/audit.md` says what the lines are and how to verify them offline. A file without its last line was cut off.
#[utoipa::path(
    tag = "admin",
    operation_id = "export_audit",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(
        ("from" = Option<Time>, Query, description = "From this time on, or a little earlier: an export begins after a checkpoint."),
    ),
    responses(
        (status = 200, body = String, content_type = "application/x-ndjson"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/audit/export")]
pub(crate) async fn export(
    app: App,
    auditor: Auditor,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = Query::<ExportAudit>::from_query(request.query_string())
        .map_err(|error| ApiError::invalid(error.to_string()))?;
    let from = query.from.map(|time| time.0);
    let export = app.tenancy().export_audit(&auditor.0, ExportRange { from }).await?;
    let pages = stream::unfold(Some(export), |export: Option<AuditExport>| async move {
        let mut export = export?;
        match export.next().await {
            Ok(Some(page)) => Some((Ok(page.into()), Some(export))),
            Ok(None) => None,
            // The connection breaks off, and the last line is missing.
            Err(error) => Some((Err(error), None)),
        }
    });
    Ok(HttpResponse::Ok()
        .content_type("application/x-ndjson")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"audit.jsonl\""))
        .streaming::<_, TenancyError>(pages))
}
