//! `POST /api/v1/submissions/{submission_id}/send`

use actix_web::{HttpResponse, post};

use super::Submission;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Submitting,
};

/// Hands over what was uploaded
///
/// Files are fixed from now on, and whoever has asked for them gets a mail. An uploader who has shown that his address is
/// his gets a receipt. Repeating it answers the same and mails nobody twice.
#[utoipa::path(
    tag = "requests",
    operation_id = "send_submission",
    security(("submission" = [])),
    params(("submission_id" = Uuid, Path)),
    responses(
        (status = 200, body = Submission),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/submissions/{submission_id}/send")]
pub(crate) async fn send(app: App, submitting: Submitting) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(Submission::from(app.service().send_submission(&submitting.0).await?)))
}
