//! `PATCH /api/v1/admin/portals/{portal_id}`

use actix_web::{HttpResponse, patch};
use sealpost_domain::{EmailAddress, PortalId, rules::FileKind};
use sealpost_tenancy::PortalChange;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{NewPortalRecipient, Portal};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    json::{Body, MAX_LONG_BYTES, given},
    path::Id,
    wire::asked_kinds,
};

/// What becomes different; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePortal {
    /// Who owns it from now on. What was begun and not handed over yet becomes his, too.
    #[schema(value_type = Option<String>, format = Email)]
    owner: Option<EmailAddress>,
    title: Option<String>,
    /// `null`: nothing.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    text: Option<Option<String>>,
    /// All of them anew.
    #[schema(max_items = 100)]
    recipients: Option<Vec<NewPortalRecipient>>,
    /// All of them anew.
    #[schema(max_items = 100)]
    domains: Option<Vec<String>>,
    several: Option<bool>,
    /// `null`: whatever the policy lets pass.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>, min_items = 1)]
    kinds: Option<Option<Vec<FileKind>>>,
    /// `null`: as the policy says.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u64>, minimum = 1)]
    max_files: Option<Option<u64>>,
    /// `null`: as the policy says.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u64>, minimum = 1)]
    max_bytes: Option<Option<u64>>,
    asks_code: Option<bool>,
    /// Switched off, it takes nothing of what is being uploaded either.
    enabled: Option<bool>,
}

/// Changes a portal
///
/// Its address stays, whoever owns it. What has come in stays with whom it has come to.
#[utoipa::path(
    tag = "admin",
    operation_id = "change_portal",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("portal_id" = Uuid, Path)),
    request_body = ChangePortal,
    responses(
        (status = 200, body = Portal),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[patch("/api/v1/admin/portals/{portal_id}")]
pub(crate) async fn change(
    app: App,
    admin: Admin,
    id: Id<PortalId>,
    body: Body<ChangePortal, MAX_LONG_BYTES>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let change = PortalChange {
        owner: input.owner,
        title: input.title,
        text: input.text,
        recipients: input.recipients.map(|all| all.into_iter().map(Into::into).collect()),
        domains: input.domains,
        several: input.several,
        kinds: input.kinds.map(asked_kinds).transpose()?,
        max_files: input.max_files,
        max_bytes: input.max_bytes,
        asks_code: input.asks_code,
        enabled: input.enabled,
    };
    let changed = app.tenancy().change_portal(&admin.0.manage(), id.0, change).await?;
    Ok(HttpResponse::Ok().json(Portal::of(&app, changed).await?))
}
