//! `POST /api/v1/transfers/{transfer_id}/recipients`

use actix_web::{HttpResponse, post};
use sealpost_domain::TransferId;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sending,
    json::Body,
    path::Id,
    transfers::create::NewRecipient,
    wire::Recipient,
};

/// Adds a recipient
///
/// If the transfer was sent already, he gets his link at once.
#[utoipa::path(
    tag = "recipients",
    operation_id = "add_recipient",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("transfer_id" = Uuid, Path)),
    request_body = NewRecipient,
    responses(
        (status = 201, body = Recipient),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/transfers/{transfer_id}/recipients")]
pub(crate) async fn add(
    app: App,
    sender: Sending,
    id: Id<TransferId>,
    body: Body<NewRecipient>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let recipient = app.service().add_recipient(&sender.0, id.0, input).await?;
    Ok(HttpResponse::Created().json(Recipient::from(recipient)))
}
