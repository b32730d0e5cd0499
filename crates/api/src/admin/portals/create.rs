//! `POST /api/v1/admin/portals`

use actix_web::{HttpResponse, http::header, post};
use sealpost_domain::{EmailAddress, MailboxId, PortalName, rules::FileKind};
use sealpost_tenancy::NewPortal;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{NewPortalRecipient, Portal};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    json::{Body, MAX_LONG_BYTES},
    wire::{TransferMode, asked_kinds},
};

/// A portal that is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreatePortal {
    /// What it is called in its address, for good: 1 to 60 of a to z, 0 to 9 and `-`. No two of a tenant are called the same.
    #[schema(value_type = String, min_length = 1, max_length = 60, example = "radiology")]
    name: PortalName,
    /// Who owns it: the address of a user. His are the room, the bounds and the rules of what comes in.
    #[schema(value_type = String, format = Email)]
    owner: EmailAddress,
    /// One line of at most 200 characters.
    title: String,
    /// What the uploader reads; at most 16,384 bytes.
    text: Option<String>,
    /// Among whom he chooses, at most 100. Without anybody, and without domains, the owner gets what comes in.
    #[serde(default)]
    #[schema(required = false, max_items = 100)]
    recipients: Vec<NewPortalRecipient>,
    /// Domains of which he may name an address, at most 100. Only users of the tenant get something.
    #[serde(default)]
    #[schema(required = false, max_items = 100)]
    domains: Vec<String>,
    /// Whether he may choose more than one.
    #[serde(default)]
    several: bool,
    /// Kinds of files that it takes, in the words of the policy's `types.kinds`, and never more than the policy lets pass;
    /// whatever it lets pass if absent.
    #[schema(value_type = Option<Vec<String>>, example = json!(["image", "pdf"]), min_items = 1)]
    kinds: Option<Vec<FileKind>>,
    /// Most files of each submission, within the tenant's bounds.
    #[schema(minimum = 1)]
    max_files: Option<u64>,
    /// Most bytes of each submission, within the tenant's bounds.
    #[schema(minimum = 1)]
    max_bytes: Option<u64>,
    /// Whether an uploader must show by a code that his address is his.
    #[serde(default)]
    asks_code: bool,
    /// Whether it takes anything.
    #[serde(default = "on")]
    #[schema(default = true)]
    enabled: bool,
    /// Who seals what comes in, for good. With `zero_knowledge` the uploader's program does, to the key pair of the team that
    /// `mailbox_id` names, and `kinds` cannot be asked for.
    #[serde(default)]
    mode: TransferMode,
    /// The shared mailbox that gets all of it, for good, in place of `recipients`, `domains` and the owner.
    #[schema(value_type = Option<Uuid>)]
    mailbox_id: Option<MailboxId>,
}

const fn on() -> bool {
    true
}

/// Makes a portal
#[utoipa::path(
    tag = "admin",
    operation_id = "create_portal",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    request_body = CreatePortal,
    responses(
        (status = 201, body = Portal, headers(("Location" = String, description = "The portal."))),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/portals")]
pub(crate) async fn create(
    app: App,
    admin: Admin,
    body: Body<CreatePortal, MAX_LONG_BYTES>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let new = NewPortal {
        name: input.name,
        owner: input.owner,
        title: input.title,
        text: input.text,
        recipients: input.recipients.into_iter().map(Into::into).collect(),
        domains: input.domains,
        several: input.several,
        kinds: asked_kinds(input.kinds)?,
        max_files: input.max_files,
        max_bytes: input.max_bytes,
        asks_code: input.asks_code,
        enabled: input.enabled,
        mode: input.mode.into(),
        mailbox: input.mailbox_id,
    };
    let made = app.tenancy().create_portal(&admin.0.manage(), new).await?;
    let location = app.base_url().join(format_args!("/api/v1/admin/portals/{}", made.known.portal.id));
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, location))
        .json(Portal::of(&app, made).await?))
}
