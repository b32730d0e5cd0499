//! `DELETE /api/v1/admin/mailboxes/{mailbox_id}`

use actix_web::{HttpResponse, delete};
use sealpost_domain::MailboxId;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    path::Id,
};

/// Takes a shared mailbox away
///
/// Nobody sends for it any more from now on. What was sent for it keeps its name.
#[utoipa::path(
    tag = "admin",
    operation_id = "remove_mailbox",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("mailbox_id" = Uuid, Path)),
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/admin/mailboxes/{mailbox_id}")]
pub(crate) async fn remove(app: App, admin: Admin, id: Id<MailboxId>) -> Result<HttpResponse, ApiError> {
    app.tenancy().remove_mailbox(&admin.0.manage(), id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
