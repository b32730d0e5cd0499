//! `POST /api/v1/transfers/{transfer_id}/recipients/{recipient_id}/unblock`

use actix_web::{HttpResponse, post};
use sealpost_domain::{RecipientId, TransferId};

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sender,
    path::Id,
    wire::Recipient,
};

/// Gives one recipient's access back
///
/// Has no effect on the transfer's own block.
#[utoipa::path(
    tag = "recipients",
    operation_id = "unblock_recipient",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("transfer_id" = Uuid, Path), ("recipient_id" = Uuid, Path)),
    responses(
        (status = 200, body = Recipient),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/transfers/{transfer_id}/recipients/{recipient_id}/unblock")]
pub(crate) async fn unblock(
    app: App,
    sender: Sender,
    transfer: Id<TransferId>,
    recipient: Id<RecipientId>,
) -> Result<HttpResponse, ApiError> {
    let recipient = app.service().unblock_recipient(&sender.0, transfer.0, recipient.0).await?;
    Ok(HttpResponse::Ok().json(Recipient::from(recipient)))
}
