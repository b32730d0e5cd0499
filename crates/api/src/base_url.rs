//! The public address of the service: the only source of absolute URLs.

use std::{fmt, str::FromStr};

use sealpost_domain::is_loopback;
use url::Url;

/// Why an address cannot be the public address of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaseUrlError {
    /// No URL with a host.
    #[error("the base URL must be of the form https://files.example.org")]
    Malformed,
    /// It has more than scheme, host and port.
    #[error("the base URL must end after host and port")]
    Path,
    /// Tokens, passwords and files would cross the network readable.
    #[error("the base URL must be https; plain http only works on a loopback address")]
    PlainHttp,
}

/// The public address of the service, such as `https://files.example.org`; never taken from a request.
///
/// `Host` and `X-Forwarded-Host` are the caller's words: a link made from them could lead anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    text: String,
    https: bool,
}

impl BaseUrl {
    /// Whether browsers reach the service over TLS. If not, it is on a loopback address.
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// The address without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name or address of the machine in it.
    pub fn host(&self) -> String {
        let url = Url::parse(&self.text).ok();
        url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Whether a browser that is on one of our pages calls its origin so (RFC 6454, section 6.2).
    pub(crate) fn is_origin(&self, origin: &[u8]) -> bool {
        origin == self.text.as_bytes()
    }

    /// The absolute URL of an absolute path.
    pub(crate) fn join(&self, path: impl fmt::Display) -> String {
        format!("{}{path}", self.text)
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| BaseUrlError::Malformed)?;
        let host = url.host_str().ok_or(BaseUrlError::Malformed)?;
        let https = match url.scheme() {
            "https" => true,
            "http" if is_loopback(host) => false,
            "http" => return Err(BaseUrlError::PlainHttp),
            _ => return Err(BaseUrlError::Malformed),
        };
        let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlError::Path);
        }
        Ok(Self { text: url.origin().ascii_serialization(), https })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_kept_in_one_spelling() {
        for (text, kept) in [
            ("https://Files.Example.org/", "https://files.example.org"),
            ("https://files.example.org:443", "https://files.example.org"),
            ("https://files.example.org:8443", "https://files.example.org:8443"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://localhost:80", "http://localhost"),
        ] {
            assert_eq!(text.parse::<BaseUrl>().unwrap().as_str(), kept);
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for text in ["http://files.example.org", "http://10.0.0.1:8080", "http://localhost.example.org"] {
            assert_eq!(text.parse::<BaseUrl>(), Err(BaseUrlError::PlainHttp), "{text}");
        }
        assert!("https://files.example.org".parse::<BaseUrl>().unwrap().is_https());
    }

    #[test]
    fn what_is_more_than_an_origin_is_refused() {
        for text in
            ["https://a.example/x", "https://a.example?x", "https://a.example#x", "https://u@a.example"]
        {
            assert_eq!(text.parse::<BaseUrl>(), Err(BaseUrlError::Path), "{text}");
        }
        for text in ["", "a.example", "ftp://a.example", "https://", "data:x"] {
            assert_eq!(text.parse::<BaseUrl>(), Err(BaseUrlError::Malformed), "{text}");
        }
    }
}
