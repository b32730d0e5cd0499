//! `POST /api/v1/admin/data-subjects/find`

use actix_web::{HttpResponse, post};

use super::Subject;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    json::Body,
};

/// Hands out what is known of an address: as user, shared mailbox and recipient, with what the log says
///
/// For admins who have shown a credential a moment ago. The log has that it was asked for, and the address as a keyed hash.
#[utoipa::path(
    tag = "admin",
    operation_id = "find_data_subject",
    security(("session" = []), ("session_cookie" = [])),
    request_body = Subject,
    responses(
        (status = 200, body = serde_json::Value),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/data-subjects/find")]
pub(crate) async fn find(
    app: App,
    admin: SteppedAdmin,
    body: Body<Subject>,
) -> Result<HttpResponse, ApiError> {
    let email = body.read().await?.email()?;
    Ok(HttpResponse::Ok().json(app.service().find_data_subject(&admin.0.manage(), &email).await?))
}
