//! `DELETE /api/v1/transfers/{transfer_id}`

use actix_web::{HttpResponse, delete};
use sealpost_domain::TransferId;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sender,
    path::Id,
};

/// Removes a transfer for good: keys, stored bytes and everything that is known of it
#[utoipa::path(
    tag = "transfers",
    operation_id = "purge_transfer",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("transfer_id" = Uuid, Path)),
    responses(
        (status = 204, description = "It is gone."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[delete("/api/v1/transfers/{transfer_id}")]
pub(crate) async fn purge(app: App, sender: Sender, id: Id<TransferId>) -> Result<HttpResponse, ApiError> {
    app.service().purge_now(&sender.0, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
