//! `GET /api/v1/transfers/{transfer_id}`

use actix_web::{HttpResponse, get};
use sealpost_domain::TransferId;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sender,
    path::Id,
    wire::Transfer,
};

/// Shows a transfer: its files, who opened it, who downloaded what and when
#[utoipa::path(
    tag = "transfers",
    operation_id = "get_transfer",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("transfer_id" = Uuid, Path)),
    responses(
        (status = 200, body = Transfer),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/transfers/{transfer_id}")]
pub(crate) async fn get(app: App, sender: Sender, id: Id<TransferId>) -> Result<HttpResponse, ApiError> {
    let transfer = app.service().get(&sender.0, id.0).await?;
    Ok(HttpResponse::Ok().json(Transfer::from(transfer)))
}
