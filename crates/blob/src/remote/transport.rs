//! HTTP to a cloud: one pool of connections for all containers of a store, and refusals as errors.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime};
use object_store::{
    ClientOptions, Error, HeaderMap,
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
        ReqwestConnector,
    },
};

use super::refused::{Refused, ahead_of};

/// No answer has had a date yet.
const NOT_KNOWN: i64 = i64::MIN;

/// Connections to one store. Clones share them.
///
/// `object_store` would make a client, with connections of its own, for each container; and its errors say nothing of
/// headers. As it is given this one, every answer that is not a success comes back as [`Refused`], and it sees none.
#[derive(Debug, Clone)]
pub(super) struct Transport {
    client: HttpClient,
    /// How many seconds the store's clock was ahead of this machine's, by the last answer.
    ahead: Arc<AtomicI64>,
}

impl Transport {
    /// Over TLS only, unless plain HTTP is allowed.
    pub(super) fn new(connect: Duration, allow_http: bool) -> Result<Self, Error> {
        let options = ClientOptions::new()
            .with_allow_http(allow_http)
            .with_connect_timeout(connect)
            // `Patience` bounds what goes on after that, by size.
            .with_timeout_disabled();
        let client = ReqwestConnector::default().connect(&options)?;
        Ok(Self { client, ahead: Arc::new(AtomicI64::new(NOT_KNOWN)) })
    }

    /// How many seconds the store's clock was ahead of this machine's when it answered last; `None` before that.
    pub(super) fn ahead(&self) -> Option<i64> {
        Some(self.ahead.load(Ordering::Relaxed)).filter(|ahead| *ahead != NOT_KNOWN)
    }
}

impl HttpConnector for Transport {
    fn connect(&self, _options: &ClientOptions) -> Result<HttpClient, Error> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Transport {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let asked_at = date_of(request.headers());
        let response = self.client.execute(request).await?;
        if let Some(ahead) = ahead_of(response.headers(), asked_at) {
            self.ahead.store(ahead, Ordering::Relaxed);
        }
        if response.status().is_success() {
            return Ok(response);
        }
        Err(HttpError::new(HttpErrorKind::Unknown, Refused::read(response, asked_at).await))
    }
}

/// The time at which a request was signed, in unix seconds.
fn date_of(headers: &HeaderMap) -> Option<i64> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let amazon =
        text("x-amz-date").and_then(|date| NaiveDateTime::parse_from_str(date, "%Y%m%dT%H%M%SZ").ok());
    amazon.map(|date| date.and_utc().timestamp()).or_else(|| {
        text("date").and_then(|date| DateTime::parse_from_rfc2822(date).ok()).map(|date| date.timestamp())
    })
}
