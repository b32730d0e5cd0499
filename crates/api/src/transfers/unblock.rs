//! `POST /api/v1/transfers/{transfer_id}/unblock`

use actix_web::{HttpResponse, post};
use sealpost_domain::TransferId;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sender,
    path::Id,
    wire::Transfer,
};

/// Gives a transfer back, and unlocks it after too many wrong passwords
///
/// Nothing that has expired comes back.
#[utoipa::path(
    tag = "transfers",
    operation_id = "unblock_transfer",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("transfer_id" = Uuid, Path)),
    responses(
        (status = 200, body = Transfer),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/transfers/{transfer_id}/unblock")]
pub(crate) async fn unblock(app: App, sender: Sender, id: Id<TransferId>) -> Result<HttpResponse, ApiError> {
    let transfer = app.service().unblock(&sender.0, id.0).await?;
    Ok(HttpResponse::Ok().json(Transfer::from(transfer)))
}
