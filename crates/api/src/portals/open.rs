//! `POST /api/v1/portals/open`

use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    json::Body,
    wire::{Branding, SubmissionSealing, TakenTypes, TransferMode},
};

/// The address of a portal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenPortal {
    /// The tenant's short name: in `/u/{tenant}/{name}` the first.
    tenant: String,
    /// The portal's name: the second.
    name: String,
}

/// What a portal is for, and what it takes.
#[derive(Serialize, ToSchema)]
pub(crate) struct OpenedPortal {
    /// What the organisation calls itself.
    organisation: String,
    /// How it shows itself.
    branding: Branding,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    text: Option<String>,
    /// Among whom the uploader chooses. If it is empty, and so are the domains, there is nothing to choose: send no
    /// recipients.
    choices: Vec<PortalChoice>,
    /// Domains of which he may name an address.
    domains: Vec<String>,
    /// Whether more than one may be chosen or named.
    several: bool,
    /// Whether the uploader must show by a code that his address is his: `POST /api/v1/portals/code` sends it.
    asks_code: bool,
    max_files: u64,
    /// Most bytes of all files together.
    max_bytes: u64,
    /// Most bytes of a file.
    max_file_bytes: u64,
    types: TakenTypes,
    /// Who seals what is sent in. With `zero_knowledge` the uploader's program does, by `sealing`.
    mode: TransferMode,
    /// To whose key; absent if the service seals.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sealing: Option<SubmissionSealing>,
}

/// Somebody whom the uploader may choose.
#[derive(Serialize, ToSchema)]
pub(crate) struct PortalChoice {
    /// To be sent back in `recipients`.
    id: Uuid,
    label: String,
}

/// Asks what a portal is for
///
/// Changes nothing. Unknown portals and those that are switched off answer alike.
#[utoipa::path(
    tag = "portals",
    operation_id = "open_portal",
    request_body = OpenPortal,
    responses(
        (status = 200, body = OpenedPortal),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/portals/open")]
pub(crate) async fn open(app: App, body: Body<OpenPortal>) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let page = app.auth().portal_page(&input.tenant, &input.name).await?;
    let opening = app.service().portal_opening(&page).await?;
    let takes = opening.takes;
    let choice = |choice: sealpost_transfer::PortalChoice| PortalChoice {
        id: choice.id.as_uuid(),
        label: choice.label,
    };
    Ok(HttpResponse::Ok().json(OpenedPortal {
        organisation: opening.branding.name().to_owned(),
        branding: Branding::new(&app, &opening.branding),
        title: opening.title,
        text: opening.text,
        choices: opening.choices.into_iter().map(choice).collect(),
        domains: opening.domains,
        several: opening.several,
        asks_code: opening.asks_code,
        max_files: takes.max_files,
        max_bytes: takes.max_bytes,
        max_file_bytes: takes.max_file_bytes,
        types: TakenTypes::new(takes.kinds.as_ref(), takes.names),
        mode: page.row().mode.into(),
        sealing: opening.sealing.map(SubmissionSealing::from),
    }))
}
