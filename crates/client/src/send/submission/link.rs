//! The link of a request.

use std::{fmt, str::FromStr};

use url::Url;

use crate::{Error, Secret, fetch::split};

/// A link by which somebody sends in: where the server is, and the token that opens it. Never shown by `Debug`.
#[derive(Clone)]
pub struct RequestLink {
    base: Url,
    pub(crate) token: Secret,
}

impl RequestLink {
    /// The server's address, without the token.
    pub const fn base(&self) -> &Url {
        &self.base
    }
}

impl FromStr for RequestLink {
    type Err = Error;

    /// `https://host/r/TOKEN`, with or without a path before `/r/`; [`Error::RequestLink`] otherwise.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text.trim()).map_err(|_| Error::RequestLink)?;
        let (base, token) = split(&url, "/r/").ok_or(Error::RequestLink)?;
        Ok(Self { base, token })
    }
}

impl fmt::Debug for RequestLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestLink({}r/…)", self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";

    #[test]
    fn a_link_is_a_server_and_a_token() {
        for (text, base) in [
            (format!("https://h.example/r/{TOKEN}"), "https://h.example/"),
            (format!(" https://h.example/post/r/{TOKEN}/\n"), "https://h.example/post/"),
        ] {
            let link: RequestLink = text.parse().unwrap();
            assert_eq!((link.base().as_str(), link.token.expose()), (base, TOKEN));
            assert!(!format!("{link:?}").contains(TOKEN));
        }
        for text in ["", "a@example.org", "https://h.example/r/", &format!("https://h.example/t/{TOKEN}")] {
            assert!(text.parse::<RequestLink>().is_err(), "{text}");
        }
    }
}
