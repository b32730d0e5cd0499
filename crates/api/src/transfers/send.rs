//! `POST /api/v1/transfers/{transfer_id}/send`

use actix_web::{HttpResponse, post};
use sealpost_domain::TransferId;
use sealpost_transfer::{RecipientLink, Sent};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sending,
    path::Id,
    wire::Transfer,
};

/// A transfer that was sent, with its links.
#[derive(Serialize, ToSchema)]
pub(crate) struct SentTransfer {
    transfer: Transfer,
    /// Everybody's link; none for an admin who has sent another's draft.
    links: Vec<Link>,
}

/// One recipient's link. Whoever has it can fetch the files, unless there is a password too.
#[derive(Serialize, ToSchema)]
pub(crate) struct Link {
    recipient_id: Uuid,
    email: String,
    #[schema(format = "uri")]
    url: String,
}

/// Sends a transfer
///
/// Files are fixed from now on, and every recipient gets a mail with his link. Repeating it answers the same and mails
/// nobody twice: to the sender, or to who may send in the name of the mailbox that it was sent from; admins get no links of
/// another's transfer (403).
#[utoipa::path(
    tag = "transfers",
    operation_id = "send_transfer",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("transfer_id" = Uuid, Path)),
    responses(
        (status = 200, body = SentTransfer),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/transfers/{transfer_id}/send")]
pub(crate) async fn send(app: App, sender: Sending, id: Id<TransferId>) -> Result<HttpResponse, ApiError> {
    let sent = app.service().send(&sender.0, id.0).await?;
    Ok(HttpResponse::Ok().json(SentTransfer::from(sent)))
}

impl From<Sent> for SentTransfer {
    fn from(sent: Sent) -> Self {
        Self { transfer: sent.transfer.into(), links: sent.links.into_iter().map(Link::from).collect() }
    }
}

impl From<RecipientLink> for Link {
    fn from(link: RecipientLink) -> Self {
        Self { recipient_id: link.recipient_id.as_uuid(), email: link.email.into(), url: link.url }
    }
}
