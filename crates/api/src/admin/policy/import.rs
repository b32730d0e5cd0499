//! `POST /api/v1/admin/policy/addresses/import`

use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{self, Query},
};
use sealpost_domain::PolicyDocument;
use sealpost_tenancy::RuleImport;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Policy, expected};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAdmin,
    table::{self, BadLine},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    #[serde(default)]
    replace: bool,
    #[serde(default)]
    partial: bool,
    #[serde(default)]
    dry_run: bool,
}

/// What came of a table.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddressRuleImport {
    /// Rules that were taken.
    rules: usize,
    /// Lines that were left out.
    bad_lines: Vec<BadLine>,
    /// The policy as it is now, or would be if it were no dry run.
    policy: Policy,
}

/// Takes rules about addresses from a table
///
/// A line for each rule: `name,senders,recipients,effect,detail`; a first line of these words is left out. Patterns stand with
/// blanks between; the detail is what the sender is told (`deny`), or protections with blanks between (`require`). If a line is
/// bad nothing is changed, and the answer is a problem with `bad_lines`. Takes a session that has shown a credential a moment
/// ago.
#[utoipa::path(
    tag = "admin",
    operation_id = "import_address_rules",
    security(("session" = []), ("session_cookie" = [])),
    params(
        ("replace" = Option<bool>, Query, description = "Whether they take the place of all that there are; else they come behind those."),
        ("partial" = Option<bool>, Query, description = "Whether good lines are taken if others are bad."),
        ("dry_run" = Option<bool>, Query, description = "Whether nothing is changed, and it is only said what would be."),
        ("If-Match" = Option<String>, Header, description = "Only if the version with this `ETag` still counts."),
    ),
    request_body(content = String, content_type = "text/csv"),
    responses(
        (status = 200, body = AddressRuleImport),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/policy/addresses/import")]
pub(crate) async fn import(
    app: App,
    admin: SteppedAdmin,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let wish = Query::<Wish>::from_query(request.query_string())
        .map_err(|error| ApiError::invalid(error.to_string()))?;
    let expected = expected(&request)?;
    let table = table::read(&app, &request, body, PolicyDocument::MAX_BYTES).await?;
    let import = RuleImport { replace: wish.replace, partial: wish.partial, dry_run: wish.dry_run };
    let tenancy = app.tenancy();
    let imported = tenancy.import_address_rules(&admin.0.manage(), &table, import, expected).await?;
    let bad_lines: Vec<_> =
        imported.bad.into_iter().map(|bad| BadLine { line: bad.line as usize, reason: bad.reason }).collect();
    if !imported.accepted {
        return Ok(table::refusal(&bad_lines));
    }
    Ok(HttpResponse::Ok().json(AddressRuleImport {
        rules: imported.rules,
        bad_lines,
        policy: imported.policy.into(),
    }))
}
