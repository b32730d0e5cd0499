//! `POST /api/v1/transfers/{transfer_id}/recipients/{recipient_id}/notify`

use actix_web::{HttpResponse, post};
use sealpost_domain::{RecipientId, TransferId};

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sending,
    path::Id,
    wire::Recipient,
};

/// Mails a recipient his link again
///
/// Once in ten minutes, five times a day; 429 with `Retry-After` beyond. Refused where the link leads nowhere: of drafts, of
/// what is blocked or has expired (409).
#[utoipa::path(
    tag = "recipients",
    operation_id = "notify_recipient",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("transfer_id" = Uuid, Path), ("recipient_id" = Uuid, Path)),
    responses(
        (status = 202, body = Recipient),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/transfers/{transfer_id}/recipients/{recipient_id}/notify")]
pub(crate) async fn notify(
    app: App,
    sender: Sending,
    transfer: Id<TransferId>,
    recipient: Id<RecipientId>,
) -> Result<HttpResponse, ApiError> {
    let limits = app.auth().limits();
    let recipient = app.service().notify_again(limits, &sender.0, transfer.0, recipient.0).await?;
    Ok(HttpResponse::Accepted().json(Recipient::from(recipient)))
}
