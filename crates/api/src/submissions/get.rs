//! `GET /api/v1/submissions/{submission_id}`

use actix_web::{HttpResponse, get};

use super::Submission;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Submitting,
};

/// Shows an uploader what he has sent in so far
#[utoipa::path(
    tag = "requests",
    operation_id = "get_submission",
    security(("submission" = [])),
    params(("submission_id" = Uuid, Path)),
    responses(
        (status = 200, body = Submission),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/submissions/{submission_id}")]
pub(crate) async fn get(app: App, submitting: Submitting) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(Submission::from(app.service().submission(&submitting.0).await?)))
}
