//! `POST /api/v1/admin/support-access`

use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

use super::SupportAccess;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedOwner,
    json::Body,
};

/// How long, and what for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AllowSupport {
    #[schema(minimum = 1, maximum = 72)]
    hours: u32,
    /// One line of at most 500 bytes.
    reason: String,
}

/// Lets the operator's support look in
///
/// It reads what auditors read, and changes nothing; every use is in the tenant's log. For owners, with a session that has
/// shown a credential a moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "allow_support",
    security(("session" = []), ("session_cookie" = [])),
    request_body = AllowSupport,
    responses(
        (status = 201, body = SupportAccess),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/support-access")]
pub(crate) async fn allow(
    app: App,
    owner: SteppedOwner,
    body: Body<AllowSupport>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let grant = app.tenancy().allow_support(&owner.0, input.hours, &input.reason).await?;
    Ok(HttpResponse::Created().json(SupportAccess::from(grant)))
}
