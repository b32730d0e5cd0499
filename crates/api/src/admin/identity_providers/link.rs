//! `POST /api/v1/admin/identity-providers/{provider_id}/links`

use actix_web::{HttpResponse, post};
use sealpost_auth::IdentityLink;
use sealpost_domain::IdentityProviderId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    json::Body,
    path::Id,
};

/// An account that is to be a user's.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkIdentity {
    user_id: Uuid,
    /// What the provider calls the account: `sub`; of Entra the object id.
    subject: String,
}

/// Says whose an account at a provider is
///
/// For providers that vouch for no address, such as Entra without `xms_edov`. Takes a session that has shown a credential a
/// moment ago; an owner's for owners and admins.
#[utoipa::path(
    tag = "admin",
    operation_id = "link_identity",
    security(("session" = []), ("session_cookie" = [])),
    params(("provider_id" = Uuid, Path)),
    request_body = LinkIdentity,
    responses(
        (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/identity-providers/{provider_id}/links")]
pub(crate) async fn link(
    app: App,
    admin: SteppedAdmin,
    id: Id<IdentityProviderId>,
    body: Body<LinkIdentity>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let link = IdentityLink { user: input.user_id.into(), subject: input.subject };
    app.auth().link_identity(&admin.0.manage(), id.0, &link).await?;
    Ok(HttpResponse::NoContent().finish())
}
