//! `POST /api/v1/admin/mailboxes/{mailbox_id}/delegates`

use actix_web::{HttpResponse, post};
use sealpost_domain::MailboxId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    json::Body,
    path::Id,
};

/// Who is to send for a mailbox.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddDelegate {
    user_id: Uuid,
}

/// Lets a user send for a shared mailbox
///
/// It changes nothing if he may already.
#[utoipa::path(
    tag = "admin",
    operation_id = "add_delegate",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("mailbox_id" = Uuid, Path)),
    request_body = AddDelegate,
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/mailboxes/{mailbox_id}/delegates")]
pub(crate) async fn delegate(
    app: App,
    admin: Admin,
    id: Id<MailboxId>,
    body: Body<AddDelegate>,
) -> Result<HttpResponse, ApiError> {
    let user = body.read().await?.user_id.into();
    app.tenancy().delegate(&admin.0.manage(), id.0, user).await?;
    Ok(HttpResponse::NoContent().finish())
}
