//! What a provider calls itself.

use std::{fmt, str::FromStr};

use sealpost_domain::is_loopback;
use url::Url;

/// The text cannot be what a provider calls itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an issuer is an https URL without query and fragment (http on this machine only)")]
pub struct IssuerError;

/// What a provider calls itself: a URL, compared letter by letter (OpenID Connect Core 1.0, section 3.1.3.7).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Issuer(String);

impl Issuer {
    /// Longest text.
    pub const MAX_LENGTH: usize = 512;

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where the provider describes itself (OpenID Connect Discovery 1.0, section 4).
    pub(crate) fn description(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.0.trim_end_matches('/'))
    }
}

impl FromStr for Issuer {
    type Err = IssuerError;

    fn from_str(text: &str) -> Result<Self, IssuerError> {
        let url = Url::parse(text).map_err(|_| IssuerError)?;
        let host = url.host_str().ok_or(IssuerError)?;
        let secure = match url.scheme() {
            "https" => true,
            "http" => is_loopback(host),
            _ => false,
        };
        let bare = url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        // A URL forgives blanks and line breaks; what is compared letter by letter must not.
        let plain = text.len() <= Self::MAX_LENGTH && text.bytes().all(|byte| byte.is_ascii_graphic());
        if secure && bare && plain { Ok(Self(text.to_owned())) } else { Err(IssuerError) }
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_a_secure_url_and_nothing_else() {
        for (text, description) in [
            ("https://id.example.org", "https://id.example.org/.well-known/openid-configuration"),
            ("https://id.example.org/", "https://id.example.org/.well-known/openid-configuration"),
            (
                "https://id.example.org/realms/x",
                "https://id.example.org/realms/x/.well-known/openid-configuration",
            ),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000/.well-known/openid-configuration"),
        ] {
            let issuer: Issuer = text.parse().unwrap();
            assert_eq!((issuer.as_str(), issuer.description().as_str()), (text, description));
        }
        let long = format!("https://id.example.org/{}", "x".repeat(Issuer::MAX_LENGTH));
        for text in [
            "",
            "id.example.org",
            "http://id.example.org",
            "ftp://id.example.org",
            "https://id.example.org?x",
            "https://id.example.org#x",
            "https://me@id.example.org",
            " https://id.example.org",
            "https://id.example.org/\n",
            long.as_str(),
        ] {
            assert_eq!(text.parse::<Issuer>(), Err(IssuerError), "{text:?}");
        }
    }
}
