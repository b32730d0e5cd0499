//! `POST /api/v1/admin/mailboxes/import`

use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{self, Query},
};
use sealpost_tenancy::Imported;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Admin,
    table::{self, BadLine},
};

/// Most bytes of a table.
const MAX_BYTES: usize = 1024 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    #[serde(default)]
    partial: bool,
}

/// What came of a table.
#[derive(Serialize, ToSchema)]
pub(crate) struct MailboxImport {
    /// Mailboxes that were added.
    mailboxes: usize,
    /// Users who may send for a mailbox now and could not before.
    delegations: usize,
    /// Lines that say what was so already.
    unchanged: usize,
    /// Lines that were left out.
    bad_lines: Vec<BadLine>,
}

/// Takes mailboxes, and who may send for them, from a table
///
/// A line for each pair of addresses, `mailbox,user`, at most 20,000 lines in 1 MiB; a first line of these two words is left
/// out. Mailboxes that are not there are added. If a line is bad nothing is changed, and the answer is a problem with
/// `bad_lines`; with `partial=true` the good ones are taken.
#[utoipa::path(
    tag = "admin",
    operation_id = "import_mailboxes",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("partial" = Option<bool>, Query, description = "Whether good lines are taken if others are bad.")),
    request_body(content = String, content_type = "text/csv"),
    responses(
        (status = 200, body = MailboxImport),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/admin/mailboxes/import")]
pub(crate) async fn import(
    app: App,
    admin: Admin,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let wish = Query::<Wish>::from_query(request.query_string())
        .map_err(|error| ApiError::invalid(error.to_string()))?;
    let table = table::read(&app, &request, body, MAX_BYTES).await?;
    let imported = app.tenancy().import_mailboxes(&admin.0.manage(), &table, wish.partial).await?;
    if !imported.applied {
        return Ok(table::refusal(&bad_lines(&imported)));
    }
    let bad_lines = bad_lines(&imported);
    Ok(HttpResponse::Ok().json(MailboxImport {
        mailboxes: imported.mailboxes,
        delegations: imported.delegations,
        unchanged: imported.unchanged,
        bad_lines,
    }))
}

fn bad_lines(imported: &Imported) -> Vec<BadLine> {
    imported.bad.iter().map(|bad| BadLine { line: bad.line, reason: bad.reason.to_owned() }).collect()
}
