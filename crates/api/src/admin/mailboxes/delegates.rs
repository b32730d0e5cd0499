//! `GET /api/v1/admin/mailboxes/{mailbox_id}/delegates`

use actix_web::{HttpResponse, get};
use sealpost_domain::MailboxId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    path::Id,
    wire::Time,
};

/// Somebody who may send for a mailbox.
#[derive(Serialize, ToSchema)]
pub(crate) struct Delegate {
    user_id: Uuid,
    #[schema(format = Email)]
    email: String,
    since: Time,
}

/// Who may send for a mailbox.
#[derive(Serialize, ToSchema)]
pub(crate) struct DelegateList {
    delegates: Vec<Delegate>,
}

/// Lists who may send for a shared mailbox
#[utoipa::path(
    tag = "admin",
    operation_id = "list_delegates",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("mailbox_id" = Uuid, Path)),
    responses(
        (status = 200, body = DelegateList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/mailboxes/{mailbox_id}/delegates")]
pub(crate) async fn delegates(app: App, admin: Admin, id: Id<MailboxId>) -> Result<HttpResponse, ApiError> {
    let delegates = app.tenancy().delegates(&admin.0.manage(), id.0).await?;
    let delegates = delegates.into_iter().map(|delegate| Delegate {
        user_id: delegate.user.as_uuid(),
        email: delegate.email,
        since: delegate.since.into(),
    });
    Ok(HttpResponse::Ok().json(DelegateList { delegates: delegates.collect() }))
}
