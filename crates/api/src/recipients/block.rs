//! `POST /api/v1/transfers/{transfer_id}/recipients/{recipient_id}/block`

use actix_web::{HttpResponse, post};
use sealpost_domain::{RecipientId, TransferId};

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sender,
    path::Id,
    wire::Recipient,
};

/// Takes one recipient's access away
///
/// The others keep theirs.
#[utoipa::path(
    tag = "recipients",
    operation_id = "block_recipient",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("transfer_id" = Uuid, Path), ("recipient_id" = Uuid, Path)),
    responses(
        (status = 200, body = Recipient),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/transfers/{transfer_id}/recipients/{recipient_id}/block")]
pub(crate) async fn block(
    app: App,
    sender: Sender,
    transfer: Id<TransferId>,
    recipient: Id<RecipientId>,
) -> Result<HttpResponse, ApiError> {
    let recipient = app.service().block_recipient(&sender.0, transfer.0, recipient.0).await?;
    Ok(HttpResponse::Ok().json(Recipient::from(recipient)))
}
