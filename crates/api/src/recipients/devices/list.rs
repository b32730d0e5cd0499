//! `GET /api/v1/transfers/{transfer_id}/recipients/{recipient_id}/devices`

use actix_web::{HttpResponse, get};
use sealpost_domain::{RecipientId, TransferId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sender,
    path::Id,
    wire::{Channel, Time},
};

/// Browsers that are remembered for a recipient's address, the newest first, and 100 at most.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceList {
    devices: Vec<Device>,
}

/// A browser that is remembered.
#[derive(Serialize, ToSchema)]
pub(crate) struct Device {
    channel: Channel,
    /// When a code was shown in it.
    remembered_at: Time,
    /// From when on it needs one again.
    expires_at: Time,
}

/// Lists the browsers in which a recipient needs no code
///
/// They are remembered for his address in the whole tenant, whoever has sent to it.
#[utoipa::path(
    tag = "recipients",
    operation_id = "list_devices",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("transfer_id" = Uuid, Path), ("recipient_id" = Uuid, Path)),
    responses(
        (status = 200, body = DeviceList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/transfers/{transfer_id}/recipients/{recipient_id}/devices")]
pub(crate) async fn list(
    app: App,
    sender: Sender,
    transfer: Id<TransferId>,
    recipient: Id<RecipientId>,
) -> Result<HttpResponse, ApiError> {
    let devices = app.service().recipient_devices(&sender.0, transfer.0, recipient.0).await?;
    let devices = devices.into_iter().map(|device| Device {
        channel: device.channel.into(),
        remembered_at: device.created_at.into(),
        expires_at: device.expires_at.into(),
    });
    Ok(HttpResponse::Ok().json(DeviceList { devices: devices.collect() }))
}
