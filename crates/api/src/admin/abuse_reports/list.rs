//! `GET /api/v1/admin/abuse-reports`

use actix_web::{HttpResponse, get, web::Query};
use sealpost_domain::{AbuseReason, AbuseReportId, UserId};
use sealpost_transfer::AbuseReportView;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    wire::{PageLimit, Time},
};

/// Which reports.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListAbuseReports {
    before: Option<Uuid>,
    limit: Option<PageLimit>,
}

/// What a recipient says of a transfer that should not have been sent.
#[derive(Serialize, ToSchema)]
pub(crate) struct AbuseReport {
    id: Uuid,
    transfer_id: Uuid,
    sender_id: Uuid,
    /// Who has sent it in to him, if it has come in by an upload request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Email)]
    uploader: Option<String>,
    recipient_id: Uuid,
    /// Whose link it was.
    #[schema(format = Email)]
    recipient: String,
    #[schema(value_type = String, example = "phishing")]
    reason: AbuseReason,
    /// In his own words; may be empty.
    text: String,
    created_at: Time,
    /// When somebody had seen to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    settled_at: Option<Time>,
    /// Who that was; absent if it was the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    settled_by: Option<Uuid>,
}

/// A page of reports, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AbuseReports {
    reports: Vec<AbuseReport>,
    /// `before` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<Uuid>,
}

impl From<AbuseReportView> for AbuseReport {
    fn from(view: AbuseReportView) -> Self {
        Self {
            id: view.id.as_uuid(),
            transfer_id: view.transfer_id.as_uuid(),
            sender_id: view.sender_id.as_uuid(),
            uploader: view.uploader.map(String::from),
            recipient_id: view.recipient_id.as_uuid(),
            recipient: view.recipient.to_string(),
            reason: view.reason,
            text: view.text,
            created_at: view.created_at.into(),
            settled_at: view.settled_at.map(Time::from),
            settled_by: view.settled_by.map(UserId::as_uuid),
        }
    }
}

/// Lists what recipients have reported, newest first
///
/// A report is there as long as the transfer that it is about.
#[utoipa::path(
    tag = "admin",
    operation_id = "list_abuse_reports",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(
        ("before" = Option<Uuid>, Query, description = "`next` of the page before."),
        ("limit" = Option<u32>, Query, description = "Most reports on the page: 50, at most 200.", minimum = 1, maximum = 200),
    ),
    responses(
        (status = 200, body = AbuseReports),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/abuse-reports")]
pub(crate) async fn list(
    app: App,
    admin: Admin,
    query: Query<ListAbuseReports>,
) -> Result<HttpResponse, ApiError> {
    let limit = query.limit.unwrap_or_default().get();
    let before = query.before.map(AbuseReportId::from);
    let page = app.service().abuse_reports(&admin.0.manage(), before, limit).await?;
    Ok(HttpResponse::Ok().json(AbuseReports {
        reports: page.reports.into_iter().map(AbuseReport::from).collect(),
        next: page.next.map(AbuseReportId::as_uuid),
    }))
}
