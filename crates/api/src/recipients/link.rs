//! `POST /api/v1/transfers/{transfer_id}/recipients/{recipient_id}/link`

use actix_web::{HttpResponse, post};
use sealpost_domain::{RecipientId, TransferId};

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sender,
    path::Id,
    transfers::send::Link,
};

/// Hands a recipient's link back
///
/// To be copied, by the sender or by who may send in the name of the mailbox that it was sent from; admins get none of
/// another's transfer. It is a POST because it is written into the audit log. Refused where the link leads nowhere: of drafts,
/// of what is blocked or has expired (409).
#[utoipa::path(
    tag = "recipients",
    operation_id = "recipient_link",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("transfer_id" = Uuid, Path), ("recipient_id" = Uuid, Path)),
    responses(
        (status = 200, body = Link),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/transfers/{transfer_id}/recipients/{recipient_id}/link")]
pub(crate) async fn link(
    app: App,
    sender: Sender,
    transfer: Id<TransferId>,
    recipient: Id<RecipientId>,
) -> Result<HttpResponse, ApiError> {
    let link = app.service().recipient_link(&sender.0, transfer.0, recipient.0).await?;
    Ok(HttpResponse::Ok().json(Link::from(link)))
}
