//! `GET /api/v1/admin/transfers/export`

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse, get, http::header, web, web::Query};
use futures_util::stream;
use sealpost_auth::AuditorSession;
use sealpost_domain::{Timestamp, TransferMode};
use sealpost_transfer::{LogFilter, LoggedRecipient, LoggedTransfer, TransferError};
use serde::Serialize;

use super::{LogQuery, LogRecipient, TransferLogLine};
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Auditor,
    table::harmless,
    wire::Time,
};

/// Transfers that are read at once.
const PAGE: u32 = 100;

/// The table's columns: a line for each recipient.
const COLUMNS: [&str; 19] = [
    "transfer",
    "state",
    "sender",
    "subject",
    "created_at",
    "sent_at",
    "expires_at",
    "blocked_at",
    "purged_at",
    "files",
    "bytes",
    "recipient",
    "protection",
    "notified_at",
    "bounced_at",
    "opened_at",
    "downloaded_at",
    "recipient_blocked_at",
    "mode",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    JsonLines,
}

/// A line of JSON.
#[derive(Serialize)]
struct Line {
    #[serde(flatten)]
    transfer: TransferLogLine,
    recipients: Vec<LogRecipient>,
}

/// The log on its way out.
struct Export {
    app: App,
    session: AuditorSession,
    filter: LogFilter,
    format: Format,
    begun: bool,
    ended: bool,
}

/// Hands out the log of transfers as a table or as JSON, one object a line
#[utoipa::path(
    tag = "admin",
    operation_id = "export_transfer_log",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(
        ("format" = Option<String>, Query, description = "`csv`, a line for each recipient, or `jsonl`, a line for each transfer; csv if absent."),
        ("sender" = Option<String>, Query, description = "Only those of the user with this address."),
        ("recipient" = Option<String>, Query, description = "Only those to this address."),
        ("kind" = Option<String>, Query, description = "Only those with a file of this kind, such as executable, of those that were looked into."),
        ("rule" = Option<String>, Query, description = "Only those that have met the rule of this name, whatever came of it: a rule about addresses or content, or a word of the rules about files such as kinds."),
        ("request" = Option<Uuid>, Query, description = "Only those that have come in by this upload request, which may be gone."),
        ("portal" = Option<Uuid>, Query, description = "Only those that have come in by this portal, which may be gone; not together with `request`."),
        ("state" = Option<String>, Query, description = "Only those that are draft, sealed, available, blocked or purged."),
        ("from" = Option<Time>, Query, description = "Only those made at this time or later."),
        ("to" = Option<Time>, Query, description = "Only those made before this time."),
    ),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/transfers/export")]
pub(crate) async fn export(
    app: App,
    auditor: Auditor,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = Query::<LogQuery>::from_query(request.query_string())
        .map_err(|error| ApiError::invalid(error.to_string()))?;
    let (format, kind, name) = match query.format.as_deref() {
        None | Some("csv") => (Format::Csv, "text/csv; charset=utf-8", "transfers.csv"),
        Some("jsonl") => (Format::JsonLines, "application/x-ndjson", "transfers.jsonl"),
        Some(_) => return Err(ApiError::invalid("format is csv or jsonl")),
    };
    if query.limit.is_some() || query.before.is_some() {
        return Err(ApiError::invalid("an export has no pages"));
    }
    let filter = query.filter()?;
    // What is wrong with the filter is said while it can be said.
    app.service().transfer_log(&auditor.0, &filter, 1).await?;
    let export = Export { app, session: auditor.0, filter, format, begun: false, ended: false };
    let pages = stream::unfold(Some(export), |export| async move {
        let mut export = export?;
        match export.next().await {
            Ok(Some(page)) => Some((Ok(page), Some(export))),
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    });
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .streaming::<_, TransferError>(pages))
}

impl Export {
    async fn next(&mut self) -> Result<Option<web::Bytes>, TransferError> {
        // A page may be empty although there are more; an empty piece would end the answer.
        while !self.ended {
            let text = self.page().await?;
            if !text.is_empty() {
                return Ok(Some(text.into()));
            }
        }
        Ok(None)
    }

    async fn page(&mut self) -> Result<Vec<u8>, TransferError> {
        let page = self.app.service().transfer_log(&self.session, &self.filter, PAGE).await?;
        let mut text = Vec::new();
        if self.format == Format::Csv && !self.begun {
            write_row(&mut text, &COLUMNS.map(Cow::from));
        }
        self.begun = true;
        for transfer in page.transfers {
            match self.app.service().logged_transfer(&self.session, transfer.id).await {
                Ok((transfer, recipients)) => self.write(&mut text, transfer, recipients),
                Err(TransferError::NotFound) => self.write(&mut text, transfer, Vec::new()),
                Err(error) => return Err(error),
            }
        }
        self.filter.before = page.next;
        self.ended = page.next.is_none();
        Ok(text)
    }

    fn write(&self, text: &mut Vec<u8>, transfer: LoggedTransfer, recipients: Vec<LoggedRecipient>) {
        match self.format {
            Format::Csv if recipients.is_empty() => write_row(text, &row(&transfer, None)),
            Format::Csv => {
                for recipient in &recipients {
                    write_row(text, &row(&transfer, Some(recipient)));
                }
            }
            Format::JsonLines => {
                let recipients = recipients.into_iter().map(LogRecipient::from).collect();
                let line = Line { transfer: transfer.into(), recipients };
                text.extend(serde_json::to_vec(&line).expect("texts, numbers and times always become JSON"));
                text.push(b'\n');
            }
        }
    }
}

fn row<'a>(t: &'a LoggedTransfer, recipient: Option<&'a LoggedRecipient>) -> [Cow<'a, str>; 19] {
    let text = |text: Option<&'a String>| text.map_or(Cow::Borrowed(""), |text| harmless(text));
    let time = |at: Option<Timestamp>| {
        at.map_or(Cow::Borrowed(""), |at| {
            let json = serde_json::to_value(Time(at)).unwrap_or_default();
            Cow::from(json.as_str().unwrap_or_default().to_owned())
        })
    };
    let of = |field: fn(&LoggedRecipient) -> Option<Timestamp>| time(recipient.and_then(field));
    let protection = recipient.map(|recipient| recipient.protection).or(t.protection);
    [
        t.id.to_string().into(),
        t.state.to_string().into(),
        text(t.sender_address.as_ref()),
        text(t.subject.as_ref()),
        time(Some(t.created_at)),
        time(t.sent_at),
        time(Some(t.expires_at)),
        time(t.blocked_at),
        time(t.purged_at),
        t.file_count.to_string().into(),
        t.byte_count.to_string().into(),
        text(recipient.and_then(|recipient| recipient.address.as_ref())),
        protection.map_or("", |protection| protection.as_str()).into(),
        of(|recipient| recipient.notified_at),
        of(|recipient| recipient.bounced_at),
        of(|recipient| recipient.opened_at),
        of(|recipient| recipient.downloaded_at),
        of(|recipient| recipient.blocked_at),
        t.mode.map_or("", TransferMode::as_str).into(),
    ]
}

fn write_row(text: &mut Vec<u8>, cells: &[Cow<'_, str>; 19]) {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(text);
    let written = writer.write_record(cells.iter().map(|cell| cell.as_bytes()));
    written
        .and_then(|()| writer.flush().map_err(csv::Error::from))
        .expect("memory takes any row of nineteen cells");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, cell) in [
            ("=HYPERLINK(\"https://evil.example\")", "'=HYPERLINK(\"https://evil.example\")"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("plans = done", "plans = done"),
            ("", ""),
        ] {
            assert_eq!(harmless(text), cell);
        }
        let mut text = Vec::new();
        let mut cells = [const { Cow::Borrowed("") }; 19];
        cells[3] = harmless("=1,\"2\"\r\n3");
        write_row(&mut text, &cells);
        assert_eq!(String::from_utf8(text).unwrap(), ",,,\"'=1,\"\"2\"\"\r\n3\",,,,,,,,,,,,,,,\r\n");
    }
}
