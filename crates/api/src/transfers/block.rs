//! `POST /api/v1/transfers/{transfer_id}/block`

use actix_web::{HttpResponse, post};
use sealpost_domain::TransferId;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sender,
    path::Id,
    wire::Transfer,
};

/// Takes a transfer back
///
/// No link of it works until it is unblocked. Downloads that are running break off.
#[utoipa::path(
    tag = "transfers",
    operation_id = "block_transfer",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("transfer_id" = Uuid, Path)),
    responses(
        (status = 200, body = Transfer),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/transfers/{transfer_id}/block")]
pub(crate) async fn block(app: App, sender: Sender, id: Id<TransferId>) -> Result<HttpResponse, ApiError> {
    let transfer = app.service().block(&sender.0, id.0).await?;
    Ok(HttpResponse::Ok().json(Transfer::from(transfer)))
}
