//! A small HTTP client: a request is awaited and becomes an answer.

use std::{future::IntoFuture, time::Duration};

use bytes::{Bytes, BytesMut};
use futures_util::{FutureExt as _, future::BoxFuture};
use reqwest::{Body, Method, redirect};
use serde_json::Value;

use super::{Answer, BrokenOff};

/// Somebody who asks the service, with a bearer token or without one.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    bearer: Option<String>,
}

/// A request on its way; awaiting it gives the whole answer.
#[derive(Debug)]
#[must_use = "a request is not sent before it is awaited"]
pub struct Request {
    asked: String,
    builder: reqwest::RequestBuilder,
}

impl Client {
    /// A client without a token of the service at `base`.
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            // The machine's certificates are not needed, and take longer to read than most tests to run.
            .tls_certs_only([])
            // No test waits that long; one that would is told where it stands.
            .timeout(Duration::from_secs(120))
            .build()
            .expect("a client without special wishes");
        Self { http, base: base.to_owned(), bearer: None }
    }

    /// The same with a token.
    #[must_use]
    pub fn with_bearer(&self, bearer: &str) -> Self {
        Self { bearer: Some(bearer.to_owned()), ..self.clone() }
    }

    /// The same without a token.
    #[must_use]
    pub fn without_bearer(&self) -> Self {
        Self { bearer: None, ..self.clone() }
    }

    /// The token; empty without one.
    pub fn bearer(&self) -> &str {
        self.bearer.as_deref().unwrap_or_default()
    }

    /// Where the service is: scheme, host and port.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A request to a path, or to an absolute URL of the service.
    pub fn request(&self, method: Method, path: &str) -> Request {
        let path = path.strip_prefix(&self.base).unwrap_or(path);
        let asked = format!("{method} {path}");
        let mut builder = self.http.request(method, format!("{}{path}", self.base));
        if let Some(bearer) = &self.bearer {
            builder = builder.bearer_auth(bearer);
        }
        Request { asked, builder }
    }

    /// `GET`
    pub fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    /// `HEAD`
    pub fn head(&self, path: &str) -> Request {
        self.request(Method::HEAD, path)
    }

    /// `POST`
    pub fn post(&self, path: &str) -> Request {
        self.request(Method::POST, path)
    }

    /// `POST` with JSON.
    pub fn post_json(&self, path: &str, json: &Value) -> Request {
        self.post(path).json(json)
    }

    /// `DELETE`
    pub fn delete(&self, path: &str) -> Request {
        self.request(Method::DELETE, path)
    }

    /// `OPTIONS`
    pub fn options(&self, path: &str) -> Request {
        self.request(Method::OPTIONS, path)
    }
}

impl Request {
    /// Adds a header line. Bytes that a header cannot hold fail the test.
    pub fn header(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        Self { builder: self.builder.header(name, value.as_ref()), ..self }
    }

    /// Adds a header line if there is a value.
    pub fn header_if(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.header(name, value),
            None => self,
        }
    }

    /// Sets the body, its length announced if it is known.
    pub fn body(self, body: impl Into<Body>) -> Self {
        Self { builder: self.builder.body(body), ..self }
    }

    /// Sets a body that is sent in chunks of its own, its length not announced.
    pub fn chunked(self, chunks: Vec<Bytes>) -> Self {
        let chunks = futures_util::stream::iter(chunks.into_iter().map(Ok::<_, std::io::Error>));
        self.body(Body::wrap_stream(chunks))
    }

    /// Sets the body to JSON, with its type.
    pub fn json(self, json: &Value) -> Self {
        self.header("content-type", "application/json").body(json.to_string())
    }

    /// Sends it; an answer that breaks off is an error.
    pub async fn attempt(self) -> Result<Answer, BrokenOff> {
        let Ok(mut response) = self.builder.send().await else {
            return Err(BrokenOff { status: None, body: Bytes::new() });
        };
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = BytesMut::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => return Ok(Answer { asked: self.asked, status, headers, body: body.freeze() }),
                Err(_) => return Err(BrokenOff { status: Some(status), body: body.freeze() }),
            }
        }
    }
}

impl IntoFuture for Request {
    type Output = Answer;
    type IntoFuture = BoxFuture<'static, Answer>;

    fn into_future(self) -> Self::IntoFuture {
        let asked = self.asked.clone();
        async move { self.attempt().await.unwrap_or_else(|broken| panic!("{asked}: {broken:?}")) }.boxed()
    }
}
