//! Tables that admins bring along or take away, as CSV.

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use futures_util::StreamExt as _;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Code, PROBLEM},
};

/// A line that cannot be taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct BadLine {
    /// Its number, from 1.
    pub(crate) line: usize,
    pub(crate) reason: String,
}

/// Reads a table of at most `most` bytes.
pub(crate) async fn read(
    app: &App,
    request: &HttpRequest,
    mut body: web::Payload,
    most: usize,
) -> Result<String, ApiError> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|line| line.to_str().ok());
    let kind = kind.and_then(|line| line.split(';').next()).unwrap_or_default();
    if !kind.trim().eq_ignore_ascii_case("text/csv") {
        return Err(ApiError::new(Code::UnsupportedMediaType).detail("the body must be text/csv"));
    }
    let whole = async {
        let mut bytes = Vec::new();
        while let Some(piece) = body.next().await {
            bytes.extend_from_slice(&piece.map_err(|_| ApiError::new(Code::IncompleteBody))?);
            if bytes.len() > most {
                return Err(ApiError::new(Code::TooLarge).detail(format!("at most {most} bytes")));
            }
        }
        String::from_utf8(bytes).map_err(|_| ApiError::invalid("the table is not in UTF-8"))
    };
    tokio::time::timeout(app.patience(), whole).await.map_err(|_| ApiError::new(Code::RequestTimeout))?
}

/// A table of which nothing was taken: the problem with one more member (RFC 9457, section 3.2).
pub(crate) fn refusal(bad_lines: &[BadLine]) -> HttpResponse {
    let code = Code::InvalidRequest;
    HttpResponse::build(code.status()).content_type(PROBLEM).json(json!({
        "type": format!("urn:sealpost:problem:{}", code.as_str()),
        "title": code.title(),
        "status": code.status().as_u16(),
        "code": code,
        "detail": format!("{} lines cannot be taken, so nothing was changed", bad_lines.len()),
        "bad_lines": bad_lines,
    }))
}

/// What a spreadsheet would take for a formula stands behind an apostrophe: whoever chooses a subject or an address must not
/// choose what is run where the table is opened.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '|', '%']) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}
