//! `/t/{token}/zip`: the form with which chosen files are fetched as one ZIP.
//!
//! It leads to the archive's address, in which the choice takes two characters for twelve files, so that the browser has something short to
//! come back to after a break; a form that is sent by GET would name each file, and a thousand are more than proxies take.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use sealpost_transfer::Marks;

use super::{form, is_from_elsewhere, problem};
use crate::{
    App,
    error::{ApiError, Code},
    grant,
};

/// Where the form goes.
pub(crate) const PATH: &str = "/t/{token}/zip";
/// What the page is asked to say if nothing was chosen. Anybody can write it.
const NOTHING: &str = "chosen=none";

/// Most bytes of the form: some 90,000 files.
const MAX_BYTES: usize = 1 << 20;

/// `POST /t/{token}/zip`
pub(crate) async fn submit(
    app: App,
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
) -> HttpResponse {
    lead(&app, &request, &token, payload).await.unwrap_or_else(|error| problem(&request, error))
}

/// Whether the page is asked to say that nothing was chosen.
pub(super) fn is_nothing(request: &HttpRequest) -> bool {
    request.query_string().split('&').any(|pair| pair == NOTHING)
}

/// Leads to the ZIP; back to the page if nothing was chosen, or this browser may not fetch, or not any more.
async fn lead(
    app: &App,
    request: &HttpRequest,
    token: &str,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    if is_from_elsewhere(request) {
        return Err(ApiError::new(Code::Forbidden));
    }
    app.count_verification(request).await?;
    let fields: Vec<(String, String)> = form::read_within(app, request, payload, MAX_BYTES).await?;
    let files = fields.iter().filter(|(name, _)| name == "file").map(|(_, place)| place.parse().ok());
    let files: Option<Vec<usize>> = files.collect();
    let marks = files.and_then(Marks::of).ok_or_else(|| ApiError::new(Code::InvalidRequest))?;
    let opening = app.auth().open_link(token, &grant::carried(app, request)).await?;
    let grant = grant::from_cookie(app, request, opening.recipient_id).await?;
    let location = match grant {
        None => format!("/t/{token}"),
        Some(_) if marks.is_empty() => format!("/t/{token}?{NOTHING}#files"),
        Some(_) => format!("/api/v1/deliveries/{}/archive.zip?chosen={marks}", opening.recipient_id),
    };
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish())
}
