//! Calls of providers: bounded in size and time, and followed nowhere else.

use std::{sync::OnceLock, time::Duration};

use reqwest::{Client, RequestBuilder, Response, header, redirect};
use serde::de::DeserializeOwned;
use url::{Url, form_urlencoded};

use crate::{OidcError, Reach, Secret};

/// Longest time for a whole call. A person waits for it.
const PATIENCE: Duration = Duration::from_secs(10);
/// Largest answer that is read. Entra's keys, with their certificates, are about 30 KB.
const MAX_ANSWER: usize = 512 * 1024;

/// A client of providers.
#[derive(Debug, Default)]
pub(crate) struct Http {
    pub(crate) reach: Reach,
    /// Made when first used: the machine's certificates take a while to read.
    tls: OnceLock<Client>,
    plain: OnceLock<Client>,
}

/// How a client shows at the token endpoint that it is the one (RFC 6749, section 2.3.1).
pub(crate) struct Basic<'a> {
    pub(crate) id: &'a str,
    pub(crate) secret: &'a Secret,
}

/// What a provider answers.
pub(crate) struct Answer {
    pub(crate) status: u16,
    bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, OidcError> {
        serde_json::from_slice(&self.bytes)
            .map_err(|error| OidcError::Unavailable(format!("status {}, {error}", self.status)))
    }
}

impl Http {
    pub(crate) fn new(reach: Reach) -> Self {
        Self { reach, ..Self::default() }
    }

    /// The JSON at an address.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        url: &Url,
        bearer: Option<&str>,
    ) -> Result<T, OidcError> {
        let mut request = self.client(url)?.get(url.clone());
        if let Some(bearer) = bearer {
            request = request.bearer_auth(bearer);
        }
        let answer = answer(request).await?;
        if answer.status != 200 {
            return Err(OidcError::Unavailable(format!("{url}: status {}", answer.status)));
        }
        answer.json()
    }

    /// What is answered to a form.
    pub(crate) async fn post(
        &self,
        url: &Url,
        form: &[(&str, &str)],
        basic: Option<Basic<'_>>,
    ) -> Result<Answer, OidcError> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request = self
            .client(url)?
            .post(url.clone())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        if let Some(Basic { id, secret }) = basic {
            request = request.basic_auth(encoded(id), Some(encoded(secret.expose())));
        }
        answer(request).await
    }

    fn client(&self, url: &Url) -> Result<&Client, OidcError> {
        let (place, is_plain) = match url.scheme() {
            "http" => (&self.plain, true),
            _ => (&self.tls, false),
        };
        if let Some(client) = place.get() {
            return Ok(client);
        }
        let made = build(self.reach, is_plain).map_err(|error| OidcError::Unavailable(error.to_string()))?;
        Ok(place.get_or_init(|| made))
    }
}

fn build(reach: Reach, is_plain: bool) -> reqwest::Result<Client> {
    let mut client = Client::builder()
        .user_agent(concat!("sealpost/", env!("CARGO_PKG_VERSION")))
        // A redirect would lead to an address that nobody has looked at.
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(PATIENCE / 2)
        .timeout(PATIENCE);
    if let Some(resolver) = reach.resolver() {
        client = client.dns_resolver(resolver);
    }
    if is_plain {
        // On this machine: no proxy gets there, and there are no certificates to check.
        client = client.no_proxy().tls_certs_only([]);
    }
    client.build()
}

async fn answer(request: RequestBuilder) -> Result<Answer, OidcError> {
    let sent = request.header(header::ACCEPT, "application/json").send();
    let response = sent.await.map_err(unavailable)?;
    let status = response.status().as_u16();
    Ok(Answer { status, bytes: bounded(response).await? })
}

async fn bounded(mut response: Response) -> Result<Vec<u8>, OidcError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unavailable)? {
        if bytes.len() + chunk.len() > MAX_ANSWER {
            return Err(OidcError::Unavailable("the answer is too long".to_owned()));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The whole chain of causes, without the address: it may hold a code.
fn unavailable(error: reqwest::Error) -> OidcError {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut next = std::error::Error::source(&error);
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    OidcError::Unavailable(text)
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
