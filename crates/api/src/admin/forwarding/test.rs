//! `POST /api/v1/admin/forwarding/{target_id}/test`

use actix_web::{HttpResponse, post};
use sealpost_domain::ForwardingTargetId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedOwner,
    path::Id,
};

/// What a test has come to.
#[derive(Serialize, ToSchema)]
pub(crate) struct ForwardingTest {
    /// Whether the other side has taken it.
    arrived: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<String>,
    /// How long it took.
    milliseconds: u64,
}

/// Sends a test event to a place
///
/// It is in no log: its number is 0, its kind `forwarding.test`. For owners, with a session that has shown a credential a
/// moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "test_forwarding",
    security(("session" = []), ("session_cookie" = [])),
    params(("target_id" = Uuid, Path)),
    responses(
        (status = 200, body = ForwardingTest),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/forwarding/{target_id}/test")]
pub(crate) async fn test(
    app: App,
    owner: SteppedOwner,
    id: Id<ForwardingTargetId>,
) -> Result<HttpResponse, ApiError> {
    let test = app.tenancy().test_forwarding(&owner.0, id.0).await?;
    let answer = ForwardingTest {
        arrived: test.error.is_none(),
        error: test.error,
        milliseconds: u64::try_from(test.took.as_millis()).unwrap_or(u64::MAX),
    };
    Ok(HttpResponse::Ok().json(answer))
}
