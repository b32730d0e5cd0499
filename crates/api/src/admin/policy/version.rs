//! `GET /api/v1/admin/policy/versions/{version}`

use actix_web::{HttpRequest, HttpResponse, get};

use super::{Policy, answer};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Auditor,
    path,
};

/// Shows a version of the tenant's policy
#[utoipa::path(
    tag = "admin",
    operation_id = "get_policy_version",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("version" = u64, Path)),
    responses(
        (status = 200, body = Policy),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/policy/versions/{version}")]
pub(crate) async fn version(
    app: App,
    auditor: Auditor,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let version = path::id(&request, "version")?;
    Ok(answer(app.tenancy().policy_version(&(&auditor.0).into(), version).await?))
}
