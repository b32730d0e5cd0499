//! Where somebody goes when he has signed in.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Longest path.
const MAX_LENGTH: usize = 500;
/// Where recipients' links lead.
const LINKS: &str = "/t/";

/// The text leads somewhere else, or nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("return_to must be the path of a page of this service")]
pub struct NoReturn;

/// The path of a page of this service: never another site's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReturnTo(String);

impl ReturnTo {
    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands in the place of a link's secret, if it is the page of a link: nothing but a recipient's sign-in ends there.
    pub(super) fn link(&self) -> Option<&str> {
        self.0.strip_prefix(LINKS)
    }
}

impl Default for ReturnTo {
    /// A person's own account.
    fn default() -> Self {
        Self("/account".to_owned())
    }
}

impl FromStr for ReturnTo {
    type Err = NoReturn;

    fn from_str(text: &str) -> Result<Self, NoReturn> {
        // `//host` and `/\host` are other hosts to browsers, and they leave out tabs and line breaks before they look.
        let elsewhere = text.starts_with("//") || text.contains('\\');
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.starts_with('/') && !elsewhere && plain && text.len() <= MAX_LENGTH {
            Ok(Self(text.to_owned()))
        } else {
            Err(NoReturn)
        }
    }
}

impl TryFrom<String> for ReturnTo {
    type Error = NoReturn;

    fn try_from(text: String) -> Result<Self, NoReturn> {
        text.parse()
    }
}

impl From<ReturnTo> for String {
    fn from(path: ReturnTo) -> Self {
        path.0
    }
}

impl fmt::Display for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for path in ["/", "/account", "/account?x=1#y", "/t/x", "/a//b"] {
            assert_eq!(path.parse::<ReturnTo>().unwrap().as_str(), path);
        }
        let long = format!("/{}", "x".repeat(MAX_LENGTH));
        for path in [
            "",
            "account",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "/a\\b",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n",
            " /account",
            "/ünï",
            long.as_str(),
        ] {
            assert!(path.parse::<ReturnTo>().is_err(), "{path:?}");
        }
    }

    #[test]
    fn whatever_is_in_the_place_of_a_links_page_is_one() {
        let token = "A".repeat(43);
        let link = |path: &str| path.parse::<ReturnTo>().unwrap().link().map(str::to_owned);
        for place in [token.as_str(), "", "x", &format!("{token}/x"), &format!("{token}?x=1"), "../account"] {
            assert_eq!(link(&format!("/t/{place}")).as_deref(), Some(place));
        }
        for path in ["/account", "/t", &format!("/x/t/{token}")] {
            assert_eq!(link(path), None, "{path}");
        }
    }
}
