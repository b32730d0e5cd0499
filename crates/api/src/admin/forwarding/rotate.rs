//! `POST /api/v1/admin/forwarding/{target_id}/secret`

use actix_web::{HttpResponse, post};
use sealpost_domain::ForwardingTargetId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedOwner,
    path::Id,
    wire::Time,
};

/// A webhook's new secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct ForwardingSecret {
    /// It is shown this once.
    secret: String,
    /// Until when the one before counts, too: batches are signed with both.
    previous_secret_until: Time,
}

/// Gives a webhook a new secret
///
/// For owners, with a session that has shown a credential a moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "rotate_forwarding_secret",
    security(("session" = []), ("session_cookie" = [])),
    params(("target_id" = Uuid, Path)),
    responses(
        (status = 200, body = ForwardingSecret),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/forwarding/{target_id}/secret")]
pub(crate) async fn rotate(
    app: App,
    owner: SteppedOwner,
    id: Id<ForwardingTargetId>,
) -> Result<HttpResponse, ApiError> {
    let new = app.tenancy().rotate_forwarding_secret(&owner.0, id.0).await?;
    let answer = ForwardingSecret { secret: new.secret, previous_secret_until: new.previous_until.into() };
    Ok(HttpResponse::Ok().json(answer))
}
