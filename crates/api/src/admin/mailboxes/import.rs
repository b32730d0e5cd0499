//! `POST /api/v1/admin/mailboxes/import`

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    post,
    web::{self, Query},
};
use futures_util::StreamExt as _;
use sealpost_tenancy::Imported;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Code, Problem},
    grant::Admin,
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

/// A line that cannot be taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct BadLine {
    /// Its number, from 1.
    line: usize,
    reason: &'static str,
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
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|line| line.to_str().ok());
    let kind = kind.and_then(|line| line.split(';').next()).unwrap_or_default();
    if !kind.trim().eq_ignore_ascii_case("text/csv") {
        return Err(ApiError::new(Code::UnsupportedMediaType).detail("the body must be text/csv"));
    }
    let table = read(&app, body).await?;
    let imported = app.tenancy().import_mailboxes(&admin.0.manage(), &table, wish.partial).await?;
    if !imported.applied {
        return Ok(refusal(&imported));
    }
    let bad_lines = bad_lines(&imported);
    Ok(HttpResponse::Ok().json(MailboxImport {
        mailboxes: imported.mailboxes,
        delegations: imported.delegations,
        unchanged: imported.unchanged,
        bad_lines,
    }))
}

/// The problem with one more member (RFC 9457, section 3.2).
fn refusal(imported: &Imported) -> HttpResponse {
    let (code, bad_lines) = (Code::InvalidRequest, bad_lines(imported));
    HttpResponse::build(code.status()).content_type("application/problem+json").json(json!({
        "type": format!("urn:sealpost:problem:{}", code.as_str()),
        "title": code.title(),
        "status": code.status().as_u16(),
        "code": code,
        "detail": format!("{} lines cannot be taken, so nothing was changed", bad_lines.len()),
        "bad_lines": bad_lines,
    }))
}

fn bad_lines(imported: &Imported) -> Vec<BadLine> {
    imported.bad.iter().map(|bad| BadLine { line: bad.line, reason: bad.reason }).collect()
}

async fn read(app: &App, mut body: web::Payload) -> Result<String, ApiError> {
    let whole = async {
        let mut bytes = Vec::new();
        while let Some(piece) = body.next().await {
            bytes.extend_from_slice(&piece.map_err(|_| ApiError::new(Code::IncompleteBody))?);
            if bytes.len() > MAX_BYTES {
                return Err(ApiError::new(Code::TooLarge).detail(format!("at most {MAX_BYTES} bytes")));
            }
        }
        String::from_utf8(bytes).map_err(|_| ApiError::invalid("the table is not in UTF-8"))
    };
    tokio::time::timeout(app.patience(), whole).await.map_err(|_| ApiError::new(Code::RequestTimeout))?
}
