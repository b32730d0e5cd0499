//! `DELETE /api/v1/transfers/{transfer_id}/recipients/{recipient_id}/devices`

use actix_web::{HttpResponse, delete};
use sealpost_domain::{RecipientId, TransferId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sender,
    path::Id,
};

/// What was forgotten.
#[derive(Serialize, ToSchema)]
pub(crate) struct ForgottenDevices {
    /// How many browsers there were.
    forgotten: u64,
}

/// Asks a recipient for a code again, wherever he opens his link
///
/// His browsers are forgotten for his address in the whole tenant: links of other senders ask again, too. What he has
/// opened already stays open until his grant ends; to take that away, block him.
#[utoipa::path(
    tag = "recipients",
    operation_id = "forget_devices",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("transfer_id" = Uuid, Path), ("recipient_id" = Uuid, Path)),
    responses(
        (status = 200, body = ForgottenDevices),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/transfers/{transfer_id}/recipients/{recipient_id}/devices")]
pub(crate) async fn forget(
    app: App,
    sender: Sender,
    transfer: Id<TransferId>,
    recipient: Id<RecipientId>,
) -> Result<HttpResponse, ApiError> {
    let forgotten = app.service().forget_recipient_devices(&sender.0, transfer.0, recipient.0).await?;
    Ok(HttpResponse::Ok().json(ForgottenDevices { forgotten }))
}
