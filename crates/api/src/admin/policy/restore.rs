//! `POST /api/v1/admin/policy/versions/{version}/restore`

use actix_web::{HttpRequest, HttpResponse, post};

use super::{Policy, answer, expected};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    path,
};

/// Lets an earlier version of the policy count again, as a new one
///
/// Takes a session that has shown a credential a moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "restore_policy",
    security(("session" = []), ("session_cookie" = [])),
    params(
        ("version" = u64, Path),
        ("If-Match" = Option<String>, Header, description = "Only if the version with this `ETag` still counts."),
    ),
    responses(
        (status = 200, body = Policy, description = "The policy as it is now."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/policy/versions/{version}/restore")]
pub(crate) async fn restore(
    app: App,
    admin: SteppedAdmin,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let version = path::id(&request, "version")?;
    let expected = expected(&request)?;
    Ok(answer(app.tenancy().restore_policy(&admin.0.manage(), version, expected).await?))
}
