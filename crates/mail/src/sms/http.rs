//! A gateway that is asked over HTTP: one POST with JSON a message.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use reqwest::{
    Client, StatusCode,
    header::{HeaderName, HeaderValue},
    redirect,
};
use sealpost_domain::is_loopback;
use serde_json::json;
use url::Url;

use super::{Sms, SmsGateway};
use crate::{MailError, SetupError};

/// Most bytes of an answer that are looked at; only its status counts.
const MAX_ANSWER: usize = 16 * 1024;

/// How a gateway is asked.
#[derive(Clone)]
pub struct HttpGatewayOptions {
    /// Where messages are posted to: https, or http to this machine itself.
    pub url: String,
    /// A header that says who we are, such as `Authorization`, and its secret value.
    pub header: Option<(String, String)>,
    /// Who messages come from, if the gateway wants to be told: a number or a name.
    pub from: Option<String>,
    /// Certificates in PEM to trust besides those of the operating system.
    pub trusted_pem: Option<Vec<u8>>,
    /// Longest time for connecting, and for a whole exchange.
    pub timeout: Duration,
}

impl HttpGatewayOptions {
    /// A gateway at `url` that asks for nothing.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            header: None,
            from: None,
            trusted_pem: None,
            timeout: Duration::from_secs(20),
        }
    }
}

/// Without the secret, and without the address, which may hold one.
impl fmt::Debug for HttpGatewayOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpGatewayOptions").field("from", &self.from).finish_non_exhaustive()
    }
}

/// Posts `{"id", "to", "text"}`, and `"from"` if it is configured. Any 2xx is success.
///
/// A gateway that refuses the number (400, 404, 410, 422) is not asked again; whatever else it answers may pass.
#[derive(Clone)]
pub struct HttpGateway {
    http: Client,
    url: Url,
    header: Option<(HeaderName, HeaderValue)>,
    from: Option<String>,
}

impl HttpGateway {
    /// A gateway that is asked like this. Nothing is sent yet.
    ///
    /// # Errors
    /// [`SetupError::Gateway`] for an address, header or certificate that cannot be used; codes never cross a network
    /// in the clear.
    pub fn new(options: &HttpGatewayOptions) -> Result<Self, SetupError> {
        let url: Url = options.url.parse().map_err(|_| SetupError::Gateway("its address is no URL"))?;
        let local = url.host_str().is_some_and(is_loopback);
        if url.scheme() != "https" && !(url.scheme() == "http" && local) {
            return Err(SetupError::Gateway("its address must be https, or http to this machine itself"));
        }
        let mut http = Client::builder()
            .user_agent(concat!("sealpost/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(options.timeout)
            .timeout(options.timeout);
        if local {
            http = http.no_proxy();
        }
        if let Some(pem) = &options.trusted_pem {
            let bundle = reqwest::Certificate::from_pem_bundle(pem);
            let bundle = bundle.map_err(|_| SetupError::Gateway("the certificates to trust are not PEM"))?;
            http = http.tls_certs_merge(bundle);
        }
        let header = options.header.as_ref().map(|(name, value)| secret_header(name, value)).transpose()?;
        let http = http.build().map_err(|_| SetupError::Gateway("TLS cannot be set up on this machine"))?;
        Ok(Self { http, url, header, from: options.from.clone() })
    }

    async fn post(&self, sms: &Sms) -> Result<StatusCode, reqwest::Error> {
        let mut message = json!({ "id": sms.id.to_string(), "to": sms.to.as_str(), "text": sms.text });
        if let Some(from) = &self.from {
            message["from"] = from.as_str().into();
        }
        let mut request = self.http.post(self.url.clone()).json(&message);
        if let Some((name, value)) = &self.header {
            request = request.header(name, value);
        }
        let mut answer = request.send().await?;
        let status = answer.status();
        // Read to its end, so that the connection can be used again, unless it has no end.
        let mut read = 0;
        while let Ok(Some(piece)) = answer.chunk().await {
            read += piece.len();
            if read > MAX_ANSWER {
                break;
            }
        }
        Ok(status)
    }
}

fn secret_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), SetupError> {
    let name = name.parse().map_err(|_| SetupError::Gateway("the name of its header cannot be used"))?;
    let mut value = HeaderValue::from_str(value)
        .map_err(|_| SetupError::Gateway("the value of its header cannot be used"))?;
    value.set_sensitive(true);
    Ok((name, value))
}

impl fmt::Debug for HttpGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpGateway").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

#[async_trait]
impl SmsGateway for HttpGateway {
    async fn send(&self, sms: &Sms) -> Result<(), MailError> {
        // The error's text without its address, which may hold a secret.
        let unavailable = |error: reqwest::Error| {
            MailError::Unavailable(format!("the SMS gateway: {}", error.without_url()))
        };
        let status = self.post(sms).await.map_err(unavailable)?;
        match status {
            status if status.is_success() => Ok(()),
            StatusCode::BAD_REQUEST
            | StatusCode::NOT_FOUND
            | StatusCode::GONE
            | StatusCode::UNPROCESSABLE_ENTITY => {
                Err(MailError::Refused(format!("the SMS gateway answered {}", status.as_u16())))
            }
            status => Err(MailError::Unavailable(format!("the SMS gateway answered {}", status.as_u16()))),
        }
    }
}
