//! `POST /api/v1/admin/forwarding`

use actix_web::{HttpResponse, http::header, post};
use sealpost_tenancy::NewForwarding;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ForwardingTarget, NewSyslog, NewWebhook, destination};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedOwner,
    json::Body,
};

/// A place to be added: either `syslog` or `webhook`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddForwarding {
    /// What people know it by; 1 to 100 characters.
    label: String,
    syslog: Option<NewSyslog>,
    webhook: Option<NewWebhook>,
    /// The beginnings of the kinds of entries that are sent, such as `transfer.`; all if it is empty.
    #[serde(default)]
    kinds: Vec<String>,
    /// Whether personal values (addresses, networks) are sent, too.
    #[serde(default)]
    include_personal: bool,
    /// The number of the first entry that is sent; from now on if absent.
    #[schema(minimum = 1)]
    from: Option<u64>,
}

/// A place that was added.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddedForwarding {
    target: ForwardingTarget,
    /// A webhook's secret. It is shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    secret: Option<String>,
}

/// Has audit entries sent on to a further place
///
/// For owners, with a session that has shown a credential a moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "add_forwarding",
    security(("session" = []), ("session_cookie" = [])),
    request_body = AddForwarding,
    responses(
        (status = 201, body = AddedForwarding, headers(("Location" = String, description = "The place."))),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/forwarding")]
pub(crate) async fn add(
    app: App,
    owner: SteppedOwner,
    body: Body<AddForwarding>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let destination = destination(input.syslog, input.webhook)?;
    let new = NewForwarding {
        label: input.label,
        destination: destination.ok_or_else(|| ApiError::invalid("a target has either syslog or webhook"))?,
        kinds: input.kinds,
        include_personal: input.include_personal,
        from: input.from,
    };
    let (view, secret) = app.tenancy().add_forwarding(&owner.0, new).await?;
    let location = app.base_url().join(format_args!("/api/v1/admin/forwarding/{}", view.id));
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, location))
        .json(AddedForwarding { target: view.into(), secret }))
}
