//! `POST /api/v1/admin/abuse-reports/{report_id}/settle`

use actix_web::{HttpResponse, post};
use sealpost_domain::AbuseReportId;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    path::Id,
};

/// Notes that somebody has seen to a report
#[utoipa::path(
    tag = "admin",
    operation_id = "settle_abuse_report",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("report_id" = Uuid, Path)),
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/abuse-reports/{report_id}/settle")]
pub(crate) async fn settle(app: App, admin: Admin, id: Id<AbuseReportId>) -> Result<HttpResponse, ApiError> {
    app.service().settle_abuse_report(&admin.0.manage(), id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
