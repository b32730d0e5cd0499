//! `POST /api/v1/admin/data-subjects/erase`

use actix_web::{HttpResponse, post};

use super::{Erased, Subject};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    json::Body,
};

/// Erases what is known of an address
///
/// It is taken out of every transfer that it is a recipient of, with its link; its browsers are forgotten; its user's or
/// mailbox's name, address and credentials are overwritten. For admins who have shown a credential a moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "erase_data_subject",
    security(("session" = []), ("session_cookie" = [])),
    request_body = Subject,
    responses(
        (status = 200, body = Erased),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It is the address of a user who is not disabled, or of a mailbox that is not removed."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/data-subjects/erase")]
pub(crate) async fn erase(
    app: App,
    admin: SteppedAdmin,
    body: Body<Subject>,
) -> Result<HttpResponse, ApiError> {
    let email = body.read().await?.email()?;
    let erased = app.service().erase_data_subject(&admin.0.manage(), &email).await?;
    Ok(HttpResponse::Ok().json(Erased::from(erased)))
}
