//! A name for every request, and one line in the log when the last byte of its answer has gone.
//!
//! The log gets the pattern of the route and never the path: the path of the page is a secret, and ids lead to people.
//! It gets no query, no header, no body and no address either; traces get what the log gets.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::{
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
};
use sealpost_metrics::{Answered, InFlight, Metrics};
use tracing::{Span, field};

use crate::{
    App,
    error::{ApiError, Code},
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// W3C Trace Context: in which trace a proxy has begun to answer.
const TRACE_PARENT: &str = "traceparent";
/// The longest name that a proxy may give a request.
const LONGEST_ID: usize = 64;

/// A request that is being answered.
pub(super) struct Asked {
    id: String,
    method: String,
    span: Span,
    begun: Instant,
    is_traced: bool,
    metrics: Metrics,
    in_flight: InFlight,
}

/// An answer whose bytes are on their way; the line in the log is written when this is dropped.
pub(super) struct Given {
    id: String,
    span: Span,
    begun: Instant,
    metrics: Metrics,
    route: String,
    status: u16,
    code: &'static str,
    bytes: u64,
    _in_flight: InFlight,
}

impl Asked {
    pub(super) fn new(request: &ServiceRequest) -> Self {
        let app = App::of(request.request());
        let trusted = app.is_behind_proxy(request.request());
        let id = if trusted { id_of_proxy(request) } else { None }.unwrap_or_else(next_id);
        let method = request.method().to_string();
        let span = tracing::info_span!(
            "request",
            request_id = id,
            method,
            route = field::Empty,
            status = field::Empty,
            code = field::Empty
        );
        if trusted && let Some(parent) = request.headers().get(TRACE_PARENT).and_then(|it| it.to_str().ok()) {
            app.trace_under(&span, parent);
        }
        let (metrics, is_traced) = (app.metrics().clone(), app.is_traced());
        Self { id, method, span, begun: Instant::now(), is_traced, in_flight: metrics.request(), metrics }
    }

    pub(super) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Notes the answer, now that its head is known; the cause of a failure goes to the log here and nowhere else.
    pub(super) fn answered<B>(self, response: &mut ServiceResponse<B>) -> Given {
        let status = response.status().as_u16();
        let route = response.request().match_pattern().unwrap_or_else(|| "-".to_owned());
        let error = response.response().error().and_then(|error| error.as_error::<ApiError>());
        let code = error.map(ApiError::code).or_else(|| response.response().extensions().get().copied());
        let code = code.map_or("", Code::as_str);
        let took = self.begun.elapsed();
        if let Some(cause) = error.and_then(ApiError::cause) {
            let millis = millis(took);
            self.span.in_scope(|| tracing::error!(route, status, millis, code, cause, "failed"));
        }
        if self.is_traced {
            // The log has it in its line.
            self.span.record("route", &route).record("status", status).record("code", code);
        }
        self.metrics.answered(Answered { method: &self.method, route: &route, status, code, took });
        if let Ok(id) = HeaderValue::from_str(&self.id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        Given {
            id: self.id,
            span: self.span,
            begun: self.begun,
            metrics: self.metrics,
            route,
            status,
            code,
            bytes: 0,
            _in_flight: self.in_flight,
        }
    }
}

impl Given {
    /// The request's name.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The client took a piece.
    pub(super) fn sent(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
        self.metrics.sent(bytes);
    }
}

impl Drop for Given {
    fn drop(&mut self) {
        let Self { route, status, code, bytes, .. } = self;
        let millis = millis(self.begun.elapsed());
        self.span.in_scope(|| tracing::info!(route, status, millis, bytes, code, "answered"));
    }
}

fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

/// The name that a proxy has given the request, if it is one that can stand in a log.
fn id_of_proxy(request: &ServiceRequest) -> Option<String> {
    let id = request.headers().get(REQUEST_ID)?.to_str().ok()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    ((1..=LONGEST_ID).contains(&id.len()) && id.chars().all(plain)).then(|| id.to_owned())
}

/// Unique among nodes and restarts, and cheap: what the process drew when it started, and a count.
fn next_id() -> String {
    static PROCESS: LazyLock<u32> = LazyLock::new(|| {
        let [a, b, c, d, ..] = RandomState::new().hash_one(std::process::id()).to_le_bytes();
        u32::from_le_bytes([a, b, c, d])
    });
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{:08x}-{:x}", *PROCESS, COUNT.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn no_two_requests_have_one_name() {
        let names: HashSet<_> = (0..1000).map(|_| next_id()).collect();
        assert_eq!(names.len(), 1000);
    }

    #[test]
    fn a_proxys_name_for_a_request_is_taken_if_it_is_plain() {
        let long = "x".repeat(65);
        for (id, taken) in [
            ("7f3c2a9e-0b1d_4.5", true),
            ("", false),
            ("two words", false),
            ("\"quoted\"", false),
            ("a/b", false),
            (long.as_str(), false),
        ] {
            let request = TestRequest::default().insert_header((REQUEST_ID, id)).to_srv_request();
            assert_eq!(id_of_proxy(&request).as_deref(), taken.then_some(id), "{id}");
        }
    }
}
