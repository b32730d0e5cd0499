//! `POST /api/v1/requests/open`

use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    json::Body,
    wire::{Branding, SubmissionSealing, TakenTypes, Time, TransferMode},
};

/// The link of a request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenRequest {
    /// The last part of the link's address.
    token: String,
}

/// What a request asks for, and what it takes.
#[derive(Serialize, ToSchema)]
pub(crate) struct OpenedRequest {
    requester: Requester,
    /// What the requester's organisation calls itself.
    organisation: String,
    /// How it shows itself.
    branding: Branding,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    message: Option<String>,
    /// Whether the uploader must show by a code that his address is his: `POST /api/v1/requests/code` sends it.
    asks_code: bool,
    /// Who alone may use it, as `a…@e….org`; absent if whoever has the link may.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    address_hint: Option<String>,
    max_files: u64,
    /// Most bytes of all files together.
    max_bytes: u64,
    /// Most bytes of a file.
    max_file_bytes: u64,
    types: TakenTypes,
    expires_at: Time,
    /// Who seals what is sent in. With `zero_knowledge` the uploader's program does, by `sealing`.
    mode: TransferMode,
    /// To whose key; absent if the service seals.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sealing: Option<SubmissionSealing>,
}

/// Who asks.
#[derive(Serialize, ToSchema)]
pub(crate) struct Requester {
    email: String,
    name: String,
}

/// Asks what a request is about
///
/// Changes nothing. Unknown, closed, used-up and expired links answer alike.
#[utoipa::path(
    tag = "requests",
    operation_id = "open_request",
    request_body = OpenRequest,
    responses(
        (status = 200, body = OpenedRequest),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/requests/open")]
pub(crate) async fn open(app: App, body: Body<OpenRequest>) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let link = app.auth().request_link(&input.token).await?;
    let opening = app.service().request_opening(&link).await?;
    let takes = opening.takes;
    Ok(HttpResponse::Ok().json(OpenedRequest {
        requester: Requester { email: opening.requester.into(), name: opening.requester_name },
        organisation: opening.branding.name().to_owned(),
        branding: Branding::new(&app, &opening.branding),
        title: opening.title,
        message: opening.message,
        asks_code: opening.asks_code,
        address_hint: opening.address_hint,
        max_files: takes.max_files,
        max_bytes: takes.max_bytes,
        max_file_bytes: takes.max_file_bytes,
        types: TakenTypes::new(takes.kinds.as_ref(), takes.names),
        expires_at: opening.expires_at.into(),
        mode: link.row().mode.into(),
        sealing: opening.sealing.map(SubmissionSealing::from),
    }))
}
