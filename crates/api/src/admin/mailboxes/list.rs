//! `GET /api/v1/admin/mailboxes`

use actix_web::{HttpResponse, get};

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    mailboxes::MailboxList,
};

/// Lists shared mailboxes, oldest first
#[utoipa::path(
    tag = "admin",
    operation_id = "list_mailboxes",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = MailboxList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/mailboxes")]
pub(crate) async fn list(app: App, admin: Admin) -> Result<HttpResponse, ApiError> {
    let mailboxes = app.tenancy().mailboxes(&admin.0.manage()).await?;
    Ok(HttpResponse::Ok().json(MailboxList::from(mailboxes)))
}
