//! `PUT /api/v1/admin/policy`

use actix_web::{HttpRequest, HttpResponse, put};
use sealpost_domain::PolicyDocument;

use super::{Policy, answer, expected};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    json::Body,
};

/// Gives the tenant another policy
///
/// What is left out has its default. It counts from the next request on, on every node. Takes a session that has shown a
/// credential a moment ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "set_policy",
    security(("session" = []), ("session_cookie" = [])),
    params(("If-Match" = Option<String>, Header, description = "Only if the version with this `ETag` still counts.")),
    request_body(content = serde_json::Value, description = "The policy; `docs/policy.md` lists it."),
    responses(
        (status = 200, body = Policy, description = "The policy as it is now."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[put("/api/v1/admin/policy")]
pub(crate) async fn set(
    app: App,
    admin: SteppedAdmin,
    request: HttpRequest,
    body: Body<PolicyDocument, { PolicyDocument::MAX_BYTES }>,
) -> Result<HttpResponse, ApiError> {
    let expected = expected(&request)?;
    let document = body.read().await?;
    Ok(answer(app.tenancy().set_policy(&admin.0.manage(), document, expected).await?))
}
