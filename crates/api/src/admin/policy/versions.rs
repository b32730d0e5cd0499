//! `GET /api/v1/admin/policy/versions`

use actix_web::{HttpRequest, HttpResponse, get, web::Query};
use sealpost_domain::UserId;
use sealpost_tenancy::PolicyVersionView;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Auditor,
    wire::{PageLimit, Time},
};

/// Which versions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListVersions {
    before: Option<u64>,
    limit: Option<PageLimit>,
}

/// A version of the policy, without what it says.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyVersion {
    /// Its number.
    version: u64,
    /// What it changed: settings with both values, and how many rules.
    difference: serde_json::Value,
    /// Who made it; nobody for the operator.
    made_by: Option<Uuid>,
    /// When it was made.
    made_at: Time,
    /// The version that it brought back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    restored_from: Option<u64>,
}

/// A page of versions, latest first. Of a tenant whose policy was never changed there are none.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyVersionList {
    versions: Vec<PolicyVersion>,
    /// `before` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<u64>,
}

impl From<PolicyVersionView> for PolicyVersion {
    fn from(view: PolicyVersionView) -> Self {
        Self {
            version: view.version,
            difference: view.difference,
            made_by: view.made_by.map(UserId::as_uuid),
            made_at: view.made_at.into(),
            restored_from: view.restored_from,
        }
    }
}

/// Lists what became of the tenant's policy, latest first
///
/// The latest 200 versions are kept.
#[utoipa::path(
    tag = "admin",
    operation_id = "list_policy_versions",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(
        ("before" = Option<u64>, Query, description = "Only those before this one: `next` of the page before."),
        ("limit" = Option<u32>, Query, description = "How many at most; 50 if absent.", minimum = 1, maximum = 200),
    ),
    responses(
        (status = 200, body = PolicyVersionList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/policy/versions")]
pub(crate) async fn versions(
    app: App,
    auditor: Auditor,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = Query::<ListVersions>::from_query(request.query_string())
        .map_err(|error| ApiError::invalid(error.to_string()))?;
    let limit = query.limit.unwrap_or_default().get();
    let page = app.tenancy().policy_versions(&(&auditor.0).into(), query.before, limit).await?;
    Ok(HttpResponse::Ok().json(PolicyVersionList {
        versions: page.versions.into_iter().map(PolicyVersion::from).collect(),
        next: page.next,
    }))
}
