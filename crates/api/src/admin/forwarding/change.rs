//! `PATCH /api/v1/admin/forwarding/{target_id}`

use actix_web::{HttpResponse, patch};
use sealpost_domain::ForwardingTargetId;
use sealpost_tenancy::ForwardingChange;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ForwardingTarget, NewSyslog, NewWebhook, destination};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedOwner,
    json::Body,
    path::Id,
};

/// What becomes different; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeForwarding {
    label: Option<String>,
    /// All of it anew.
    syslog: Option<NewSyslog>,
    /// All of it anew; the secret stays.
    webhook: Option<NewWebhook>,
    kinds: Option<Vec<String>>,
    include_personal: Option<bool>,
    /// What happens while it is not is sent when it is again.
    enabled: Option<bool>,
}

/// Changes where, or which, audit entries are sent on
///
/// How far it has come stays, and it is tried at once. For owners, with a session that has shown a credential a moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "change_forwarding",
    security(("session" = []), ("session_cookie" = [])),
    params(("target_id" = Uuid, Path)),
    request_body = ChangeForwarding,
    responses(
        (status = 200, body = ForwardingTarget),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[patch("/api/v1/admin/forwarding/{target_id}")]
pub(crate) async fn change(
    app: App,
    owner: SteppedOwner,
    id: Id<ForwardingTargetId>,
    body: Body<ChangeForwarding>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let change = ForwardingChange {
        label: input.label,
        destination: destination(input.syslog, input.webhook)?,
        kinds: input.kinds,
        include_personal: input.include_personal,
        enabled: input.enabled,
    };
    let view = app.tenancy().change_forwarding(&owner.0, id.0, change).await?;
    Ok(HttpResponse::Ok().json(ForwardingTarget::from(view)))
}
