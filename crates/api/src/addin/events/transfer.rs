//! `GET /api/v1/addin/events/{addin_id}/transfers/{transfer_id}`

use actix_web::{HttpResponse, get};
use sealpost_domain::{AddinId, TransferId};
use sealpost_tenancy::EventTransfer as Told;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    path::Id,
};

/// How far a transfer has come that goes with a mail.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventTransfer {
    state: EventTransferState,
}

/// How far it has come.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EventTransferState {
    /// All that was begun is there.
    Complete,
    /// It was sent.
    Sent,
    /// Something is still on its way.
    Uploading,
}

/// Tells Outlook whether all files of a transfer are there
///
/// Without a session: whoever knows the add-in's id and the transfer's is told. What is no transfer of the add-in's tenant, and
/// what was blocked or has ended, is not there.
#[utoipa::path(
    tag = "addin",
    operation_id = "addin_event_transfer",
    params(
        ("addin_id" = String, Path, description = "The id of the tenant's add-in, from its manifest."),
        ("transfer_id" = String, Path, description = "The transfer's id."),
    ),
    responses(
        (status = 200, body = EventTransfer),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/addin/events/{addin_id}/transfers/{transfer_id}")]
pub(crate) async fn transfer(
    app: App,
    addin: Id<AddinId>,
    transfer: Id<TransferId>,
) -> Result<HttpResponse, ApiError> {
    let state = match app.tenancy().event_transfer(addin.0, transfer.0).await? {
        Told::Complete => EventTransferState::Complete,
        Told::Sent => EventTransferState::Sent,
        Told::Uploading => EventTransferState::Uploading,
    };
    Ok(HttpResponse::Ok().json(EventTransfer { state }))
}
