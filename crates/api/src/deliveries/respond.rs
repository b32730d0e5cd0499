//! How a file or an archive is answered: preconditions, then the range, then the bytes.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        Method,
        header::{self, HeaderValue},
    },
};
use sealpost_transfer::Download as Source;

use super::{
    body::{Described, Download},
    disposition,
    precondition::{self, Outcome},
    range::{self, Asked},
};
use crate::{
    App,
    error::{ApiError, Code},
    wire::{http_date, whole_seconds},
};

/// Even if a browser were made to show the bytes, they could do nothing.
const POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// Answers a GET or HEAD for `source`.
pub(super) async fn respond(request: &HttpRequest, source: Source) -> Result<HttpResponse, ApiError> {
    let headers = request.headers();
    let modified = whole_seconds(source.last_modified());
    match precondition::evaluate(headers, source.etag(), modified) {
        Outcome::Failed => return Err(ApiError::new(Code::PreconditionFailed)),
        Outcome::NotModified => return Ok(validate(HttpResponse::NotModified(), &source).finish()),
        Outcome::Proceed => {}
    }
    let length = source.length();
    if request.method() == Method::HEAD {
        return Ok(describe(HttpResponse::Ok(), &source).body(Described(length)));
    }
    let honoured = precondition::range_holds(headers, source.etag(), modified);
    match if honoured { range::asked(headers, length) } else { Asked::Whole } {
        Asked::Part(range) => {
            let size = range.end - range.start;
            let mut response = describe(HttpResponse::PartialContent(), &source);
            response.insert_header((
                header::CONTENT_RANGE,
                format!("bytes {}-{}/{length}", range.start, range.end - 1),
            ));
            Ok(response.body(Download::begin(source.stream(range), size, App::of(request).metrics()).await?))
        }
        Asked::Unsatisfiable => Err(unsatisfiable(length)),
        Asked::Whole => {
            let mut response = describe(HttpResponse::Ok(), &source);
            Ok(response
                .body(Download::begin(source.stream(0..length), length, App::of(request).metrics()).await?))
        }
    }
}

/// What names the version: all that a 304 says.
fn validate(mut response: HttpResponseBuilder, source: &Source) -> HttpResponseBuilder {
    response
        .insert_header((header::ETAG, source.etag()))
        .insert_header((header::LAST_MODIFIED, http_date(source.last_modified())));
    response
}

fn describe(response: HttpResponseBuilder, source: &Source) -> HttpResponseBuilder {
    let mut response = validate(response, source);
    response
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::CONTENT_DISPOSITION, disposition::attachment(source.name())))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CONTENT_TYPE, disposition::content_type(source.media_type())));
    response
}

fn unsatisfiable(length: u64) -> ApiError {
    let error = ApiError::new(Code::RangeNotSatisfiable).detail(format!("it has {length} bytes"));
    match HeaderValue::from_str(&format!("bytes */{length}")) {
        Ok(value) => error.header(header::CONTENT_RANGE, value),
        Err(_) => error,
    }
}
