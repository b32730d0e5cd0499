//! Secret tokens: 256 random bits, known to their bearer only. The service keeps their SHA-256.
//!
//! A plain hash is enough: there is nothing to guess in 256 random bits, so a slow one would protect nothing.

use std::{fmt, str::FromStr};

use data_encoding::BASE64URL_NOPAD;
use sealpost_sealed::Random;
use sha2::{Digest, Sha256};

/// SHA-256 of a secret token: what is stored and looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The secret of a link, as it stands in its URL: 43 characters of base64url.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken([u8; 32]);

impl LinkToken {
    /// A new one.
    pub fn generate(random: &dyn Random) -> Self {
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        Self(bytes)
    }

    /// The token whose bytes these are; `None` unless there are 32.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The 32 bytes, to be sealed.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0).into())
    }

    /// The text for URLs. Not `Display`, so that no token gets into a log by accident.
    pub fn to_url_text(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }
}

impl FromStr for LinkToken {
    type Err = NotAToken;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        decode(text).map(Self)
    }
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(…)")
    }
}

/// The text cannot be a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a token")]
pub struct NotAToken;

macro_rules! secrets {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        pub(crate) struct $name([u8; 32]);

        impl $name {
            pub(crate) fn generate(random: &dyn Random) -> Self {
                let mut bytes = [0; 32];
                random.fill(&mut bytes);
                Self(bytes)
            }

            pub(crate) fn parse(text: &str) -> Result<Self, NotAToken> {
                decode(text.strip_prefix($prefix).ok_or(NotAToken)?).map(Self)
            }

            pub(crate) fn to_bearer_text(&self) -> String {
                format!("{}{}", $prefix, BASE64URL_NOPAD.encode(&self.0))
            }

            pub(crate) fn hash(&self) -> TokenHash {
                TokenHash(Sha256::digest(self.0).into())
            }
        }
    )+};
}

// What they start with, so that scanners of leaked secrets know them.
secrets! {
    /// The secret of an API token.
    ApiSecret = "sp_";
    /// The secret of a session.
    SessionSecret = "ss_";
    /// An access token of an API client.
    AccessSecret = "sc_";
    /// What an API client shows to get one.
    ClientSecret = "cs_";
    /// The secret of the operator's support.
    SupportSecret = "su_";
    /// What the add-in keeps while it waits to be signed in by a page.
    PairingSecret = "pd_";
}

fn decode(text: &str) -> Result<[u8; 32], NotAToken> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| NotAToken)?;
    bytes.try_into().map_err(|_| NotAToken)
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::SystemRandom;

    use super::*;

    #[test]
    fn tokens_round_trip_and_differ() {
        let (a, b) = (LinkToken::generate(&SystemRandom), LinkToken::generate(&SystemRandom));
        assert_ne!(a, b);
        assert_eq!(a.to_url_text().len(), 43);
        assert_eq!(a.to_url_text().parse(), Ok(a.clone()));
        let secret = ApiSecret::generate(&SystemRandom);
        assert_eq!(ApiSecret::parse(&secret.to_bearer_text()).unwrap().hash(), secret.hash());
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let long = "A".repeat(4_000);
        for text in ["", "A", "ünï", "AAAA/AAAA+AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", long.as_str()] {
            assert!(text.parse::<LinkToken>().is_err(), "{text}");
            assert!(ApiSecret::parse(&format!("sp_{text}")).is_err(), "{text}");
        }
        let token = LinkToken::generate(&SystemRandom).to_url_text();
        assert!(ApiSecret::parse(&token).is_err(), "an API token has its prefix");
    }

    #[test]
    fn a_token_does_not_show_itself() {
        let token = LinkToken::generate(&SystemRandom);
        assert!(!format!("{token:?}").contains(&token.to_url_text()));
    }
}
