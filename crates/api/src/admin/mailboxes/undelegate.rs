//! `DELETE /api/v1/admin/mailboxes/{mailbox_id}/delegates/{user_id}`

use actix_web::{HttpRequest, HttpResponse, delete};
use sealpost_domain::{MailboxId, UserId};

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    path,
};

/// Takes from a user that he may send for a shared mailbox
///
/// At once, also from what he has begun and not sent.
#[utoipa::path(
    tag = "admin",
    operation_id = "remove_delegate",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("mailbox_id" = Uuid, Path), ("user_id" = Uuid, Path)),
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/admin/mailboxes/{mailbox_id}/delegates/{user_id}")]
pub(crate) async fn undelegate(
    app: App,
    admin: Admin,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let mailbox = path::id::<MailboxId>(&request, "mailbox_id")?;
    let user = path::id::<UserId>(&request, "user_id")?;
    app.tenancy().undelegate(&admin.0.manage(), mailbox, user).await?;
    Ok(HttpResponse::NoContent().finish())
}
