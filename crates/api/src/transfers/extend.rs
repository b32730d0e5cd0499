//! `POST /api/v1/transfers/{transfer_id}/extend`

use actix_web::{HttpResponse, post};
use sealpost_domain::TransferId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sender,
    json::Body,
    path::Id,
    wire::{Time, Transfer},
};

/// The new end.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtendTransfer {
    /// At least one hour and at most the tenant's maximum from now.
    expires_at: Time,
}

/// Moves the end of a transfer
#[utoipa::path(
    tag = "transfers",
    operation_id = "extend_transfer",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("transfer_id" = Uuid, Path)),
    request_body = ExtendTransfer,
    responses(
        (status = 200, body = Transfer),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/transfers/{transfer_id}/extend")]
pub(crate) async fn extend(
    app: App,
    sender: Sender,
    id: Id<TransferId>,
    body: Body<ExtendTransfer>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let transfer = app.service().extend(&sender.0, id.0, input.expires_at.0).await?;
    Ok(HttpResponse::Ok().json(Transfer::from(transfer)))
}
