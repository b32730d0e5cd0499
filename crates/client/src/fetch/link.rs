//! The link that a recipient has been sent.

use std::{fmt, str::FromStr};

use url::Url;

use sealpost_sealed::FragmentSecret;

use crate::{Error, Secret};

/// A link to a transfer: where the server is, and the token that opens it. Never shown by `Debug`.
#[derive(Clone)]
pub struct Link {
    pub(crate) base: Url,
    pub(crate) token: Secret,
    second_part: SecondPart,
}

/// What stands behind `#`. It is sent to nobody.
#[derive(Clone)]
enum SecondPart {
    Missing,
    /// No secret is spelled like that.
    Broken,
    Whole(FragmentSecret),
}

impl Link {
    /// The server's address, without the token.
    pub const fn base(&self) -> &Url {
        &self.base
    }

    /// Whether anything stands behind `#`.
    pub(crate) const fn has_second_part(&self) -> bool {
        !matches!(self.second_part, SecondPart::Missing)
    }

    /// The secret behind `#`, which opens what a sender has sealed.
    ///
    /// # Errors
    /// [`Error::SecondPartMissing`], [`Error::SecondPartBroken`].
    pub(crate) fn fragment(&self) -> Result<&FragmentSecret, Error> {
        match &self.second_part {
            SecondPart::Whole(fragment) => Ok(fragment),
            SecondPart::Missing => Err(Error::SecondPartMissing),
            SecondPart::Broken => Err(Error::SecondPartBroken),
        }
    }
}

impl FromStr for Link {
    type Err = Error;

    /// `https://host/t/TOKEN`, with or without a path before `/t/`, and with the second part behind `#` if its sender has sealed
    /// what it leads to. [`Error::MailLink`] for `/m/`, behind which a person says who
    /// he is.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text.trim()).map_err(|_| Error::Link)?;
        if split(&url, "/m/").is_some() {
            return Err(Error::MailLink);
        }
        let (base, token) = split(&url, "/t/").ok_or(Error::Link)?;
        let second_part = match url.fragment().filter(|fragment| !fragment.is_empty()) {
            None => SecondPart::Missing,
            Some(text) => FragmentSecret::parse(text).map_or(SecondPart::Broken, SecondPart::Whole),
        };
        Ok(Self { base, token, second_part })
    }
}

/// The server's address, and the token that stands behind `below` in a link; `None` if it is no such link.
pub(crate) fn split(link: &Url, below: &str) -> Option<(Url, Secret)> {
    let (before, token) = link.path().rsplit_once(below)?;
    let token = token.trim_end_matches('/');
    if !matches!(link.scheme(), "https" | "http") || !is_token(token) {
        return None;
    }
    let mut base = link.clone();
    base.set_path(&format!("{before}/"));
    base.set_query(None);
    base.set_fragment(None);
    Some((base, token.to_owned().into()))
}

fn is_token(text: &str) -> bool {
    (16..=256).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({}t/…)", self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";

    #[test]
    fn a_link_is_a_server_and_a_token() {
        for (text, base) in [
            (format!("https://h.example/t/{TOKEN}"), "https://h.example/"),
            (format!(" https://h.example:8443/post/t/{TOKEN}/\n"), "https://h.example:8443/post/"),
            (format!("http://127.0.0.1:1/t/{TOKEN}?utm=x#y"), "http://127.0.0.1:1/"),
        ] {
            let link: Link = text.parse().unwrap();
            assert_eq!(link.base().as_str(), base);
            assert_eq!(link.token.expose(), TOKEN);
            assert!(!format!("{link:?}").contains(TOKEN));
        }
    }

    #[test]
    fn the_second_part_of_a_link_is_read_exactly_and_shown_to_nobody() {
        let secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
        let link = |behind: &str| format!("https://h.example/t/{TOKEN}{behind}").parse::<Link>().unwrap();
        let whole = link(&format!("#{secret}"));
        assert_eq!(*whole.fragment().unwrap().to_fragment(), secret);
        assert!(!format!("{whole:?}").contains(secret) && whole.base().fragment().is_none());
        for behind in ["", "#"] {
            assert!(matches!(link(behind).fragment(), Err(Error::SecondPartMissing)), "{behind:?}");
        }
        for behind in ["#y", &format!("#{}", &secret[1..]), &format!("#{secret}="), &format!("#{secret}%20")]
        {
            assert!(matches!(link(behind).fragment(), Err(Error::SecondPartBroken)), "{behind:?}");
        }
    }

    #[test]
    fn the_link_of_a_mail_is_said_to_be_one() {
        for text in [format!("https://h.example/m/{TOKEN}"), format!("https://h.example/post/m/{TOKEN}/")] {
            assert!(matches!(text.parse::<Link>(), Err(Error::MailLink)), "{text}");
        }
        assert!(matches!("https://h.example/m/x".parse::<Link>(), Err(Error::Link)));
    }

    #[test]
    fn what_is_no_link_is_refused() {
        for text in [
            "",
            "x",
            "https://h.example/",
            "https://h.example/t/",
            "https://h.example/t/short",
            "file:///t/q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ",
            "https://h.example/t/q83vEjRWeJCrze8SNFZ4kK/../../admin",
            "https://h.example/t/q83vEjRWeJCrze8S%2fNFZ4kKvN7xI0",
        ] {
            assert!(text.parse::<Link>().is_err(), "{text}");
        }
    }
}
