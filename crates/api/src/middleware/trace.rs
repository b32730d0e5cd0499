//! A name for every request, and one line in the log when it is answered.
//!
//! The log gets the pattern of the route and never the path: the path of the page is a secret, and ids lead to people.
//! It gets no query, no header and no body either.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
};
use tracing::Instrument as _;

use crate::error::ApiError;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Opens a span around the request, and logs its outcome; the cause of a failure here and nowhere else.
pub(crate) async fn trace<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let id = next_id();
    let span = tracing::info_span!("request", id, method = %request.method());
    let begun = Instant::now();
    let mut response = next.call(request).instrument(span.clone()).await?;
    span.in_scope(|| log(&response, begun));
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    Ok(response)
}

fn log<B>(response: &ServiceResponse<B>, begun: Instant) {
    let status = response.status().as_u16();
    let route = response.request().match_pattern().unwrap_or_else(|| "-".to_owned());
    let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let error = response.response().error().and_then(|error| error.as_error::<ApiError>());
    let code = error.map_or("", |error| error.code().as_str());
    match error.and_then(ApiError::cause) {
        Some(cause) => tracing::error!(route, status, millis, code, cause, "failed"),
        None => tracing::info!(route, status, millis, code, "answered"),
    }
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

    use super::*;

    #[test]
    fn no_two_requests_have_one_name() {
        let names: HashSet<_> = (0..1000).map(|_| next_id()).collect();
        assert_eq!(names.len(), 1000);
    }
}
