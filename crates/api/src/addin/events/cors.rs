//! Who may read what events are told: the pages of this service, in whatever way an Outlook calls them.

use actix_web::{
    Error, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
};

use crate::App;

const BASE: &str = "/api/v1/addin/events/";

/// Lets the event file read answers below [`BASE`].
///
/// Outlook on Windows runs it without a page, and calls its origin by one slash more than browsers do; it wants to read the
/// same words in the answer.
pub(crate) async fn cors<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if !request.path().starts_with(BASE) {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    let origin = own_origin(App::of(request.request()), request.headers());
    let asks_first = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if asks_first && origin.is_some() {
        request.into_response(preflight()).map_into_right_body()
    } else {
        next.call(request).await?.map_into_left_body()
    };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("ETag"));
    }
    Ok(response)
}

fn preflight() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "Accept, Content-Type, If-None-Match"))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"))
        .finish()
}

/// The origin as it was called, if it is ours.
fn own_origin(app: &App, headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    let text = origin.as_bytes();
    let plain = text.strip_suffix(b"/").unwrap_or(text);
    app.base_url().is_origin(plain).then(|| origin.clone())
}
