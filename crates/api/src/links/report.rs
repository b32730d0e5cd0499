//! `POST /api/v1/links/report`

use actix_web::{HttpRequest, HttpResponse, post};
use sealpost_domain::AbuseReason;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    json::Body,
};

/// What is wrong with what a link leads to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportLink {
    /// The last part of the link's address.
    token: String,
    /// `misdirected`, `malware`, `phishing`, `unwanted`, `illegal` or `other`.
    #[schema(value_type = String, example = "phishing")]
    reason: AbuseReason,
    /// In the recipient's own words, at most 2,000 characters.
    #[serde(default)]
    text: String,
}

/// Reports what should not have been sent
///
/// The link is enough: whoever suspects something need not show a password first. The tenant's admins are told, and the
/// operator without names. Three times a day for each link. Nothing is blocked by it.
#[utoipa::path(
    tag = "links",
    operation_id = "report_link",
    request_body = ReportLink,
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/links/report")]
pub(crate) async fn report(
    app: App,
    request: HttpRequest,
    body: Body<ReportLink>,
) -> Result<HttpResponse, ApiError> {
    app.count_verification(&request).await?;
    let input = body.read().await?;
    let grant = app.auth().report_grant(&input.token).await?;
    app.service().report_abuse(&grant, input.reason, &input.text).await?;
    Ok(HttpResponse::NoContent().finish())
}
