//! `GET /api/v1/mailboxes`

use actix_web::{HttpResponse, get};

use super::MailboxList;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sender,
};

/// Lists the shared mailboxes that the caller may send for
///
/// Their addresses are what `send_as` of a transfer takes.
#[utoipa::path(
    tag = "transfers",
    operation_id = "list_own_mailboxes",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = MailboxList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/mailboxes")]
pub(crate) async fn list(app: App, sender: Sender) -> Result<HttpResponse, ApiError> {
    sender.0.require_read()?;
    let mailboxes = app.tenancy().own_mailboxes(&sender.0).await?;
    Ok(HttpResponse::Ok().json(MailboxList::from(mailboxes)))
}
