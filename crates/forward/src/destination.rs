//! Where entries go: what an owner has said, and what belongs to it.

use std::fmt;

use sealpost_domain::{Timestamp, is_loopback};
use sealpost_reach::Reach;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{ForwardError, pem, signature};

/// Longest name of a host in bytes.
const MAX_HOST_BYTES: usize = 253;

/// Where entries go. Its JSON holds secrets: it is to be sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Destination {
    /// To a collector of syslog.
    Syslog(Syslog),
    /// To somebody's endpoint over HTTPS.
    Webhook(Webhook),
}

/// A collector of syslog messages (RFC 5424) over TLS (RFC 5425).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Syslog {
    /// Its name or address.
    pub host: String,
    /// Its port; 6514 by custom.
    pub port: u16,
    /// Whose certificates it may show, in PEM; whom the machine trusts if absent.
    pub ca: Option<String>,
    /// What we show it: a certificate, with those that lead to it, in PEM.
    pub client_certificate: Option<String>,
    /// Its key in PEM.
    pub client_key: Option<String>,
}

/// An endpoint that takes batches over HTTPS.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Its address.
    pub url: String,
    /// Whose certificates it may show, in PEM; whom the machine trusts if absent.
    pub ca: Option<String>,
    /// What batches are signed with, the newest first.
    pub secrets: Vec<WebhookSecret>,
}

/// What batches are signed with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSecret {
    /// `whsec_` and base64.
    pub value: String,
    /// Until when it counts; without an end if absent.
    pub until: Option<Timestamp>,
}

impl WebhookSecret {
    /// A secret of these 32 random bytes.
    pub fn new(random: &[u8; 32]) -> Self {
        Self { value: signature::secret_text(random), until: None }
    }

    pub(crate) fn counts_at(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

impl Destination {
    /// The word for its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Syslog(_) => "syslog",
            Self::Webhook(_) => "webhook",
        }
    }

    /// Fails unless it can be used as it stands, and lies where this reaches.
    ///
    /// # Errors
    /// [`ForwardError::Invalid`], with words for whoever wrote it.
    pub fn check(&self, reach: Reach) -> Result<(), ForwardError> {
        match self {
            Self::Syslog(syslog) => {
                syslog.check_host(reach)?;
                crate::tls::client_config(syslog).map(drop)
            }
            Self::Webhook(webhook) => {
                webhook.url(reach)?;
                webhook.ca.as_deref().map_or(Ok(()), |ca| pem::certificates(ca).map(drop))
            }
        }
    }
}

impl Syslog {
    fn check_host(&self, reach: Reach) -> Result<(), ForwardError> {
        let host = &self.host;
        // The same grammar, and the same walls, as in an address of HTTP.
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let written = if bare.contains(':') { format!("[{bare}]") } else { bare.to_owned() };
        let plain = (1..=MAX_HOST_BYTES).contains(&host.len())
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte));
        if !plain || self.port == 0 {
            return Err(ForwardError::Invalid("host is a name or an address, port a number from 1 on"));
        }
        let inside = reach == Reach::Internal && is_loopback(host);
        if !inside {
            reach.endpoint(&format!("https://{written}:{}", self.port))?;
        }
        Ok(())
    }
}

impl Webhook {
    /// Its address; https only.
    pub(crate) fn url(&self, reach: Reach) -> Result<Url, ForwardError> {
        let url = reach.endpoint(&self.url)?;
        if url.scheme() == "https" { Ok(url) } else { Err(ForwardError::Invalid("an address is not https")) }
    }
}

/// Without the key.
impl fmt::Debug for Syslog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Syslog").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

/// Without the address, which may hold a secret.
impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").field("secrets", &self.secrets.len()).finish_non_exhaustive()
    }
}

/// Without itself.
impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookSecret").field("until", &self.until).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn syslog(host: &str) -> Destination {
        let host = host.to_owned();
        Destination::Syslog(Syslog { host, port: 6514, ca: None, client_certificate: None, client_key: None })
    }

    fn webhook(url: &str) -> Destination {
        Destination::Webhook(Webhook { url: url.to_owned(), ca: None, secrets: Vec::new() })
    }

    #[test]
    fn inside_is_out_of_reach_unless_the_operator_allows_it() {
        for (destination, public, internal) in [
            (syslog("siem.example.org"), true, true),
            (syslog("9.9.9.9"), true, true),
            (syslog("10.0.0.1"), false, true),
            (syslog("127.0.0.1"), false, true),
            (syslog("localhost"), false, true),
            (syslog("::1"), false, true),
            (syslog("[fd00::1]"), false, true),
            (syslog("0x7f000001"), false, true),
            (syslog("2130706433"), false, true),
            (syslog("a b"), false, false),
            (syslog("a/b"), false, false),
            (syslog("a@b"), false, false),
            (syslog(""), false, false),
            (webhook("https://hooks.example.org/a"), true, true),
            (webhook("https://169.254.169.254/latest/meta-data"), false, true),
            (webhook("http://hooks.example.org/a"), false, false),
            (webhook("http://127.0.0.1/a"), false, false),
            (webhook("https://user:pass@hooks.example.org/"), false, false),
        ] {
            assert_eq!(destination.check(Reach::Public).is_ok(), public, "{destination:?}");
            assert_eq!(destination.check(Reach::Internal).is_ok(), internal, "{destination:?}");
        }
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        let Destination::Syslog(mut one) = syslog("siem.example.org") else { unreachable!() };
        for (ca, certificate, key) in
            [(Some("x"), None, None), (None, Some("x"), Some("x")), (None, None, Some("x"))]
        {
            one.ca = ca.map(str::to_owned);
            one.client_certificate = certificate.map(str::to_owned);
            one.client_key = key.map(str::to_owned);
            let checked = Destination::Syslog(one.clone()).check(Reach::Public);
            assert!(matches!(checked, Err(ForwardError::Invalid(_))), "{checked:?}");
        }
    }
}
