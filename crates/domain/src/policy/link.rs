//! Links that tenants show others.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Whether it is an `https` link of at most `most` ASCII characters that means the same wherever it is written.
pub(super) fn is_https_link(text: &str, most: usize) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // No name before the host: what stands there is taken for it.
    let named = host.starts_with(|c: char| c.is_ascii_alphanumeric())
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte));
    let plain = rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>\\^`{|}".contains(&byte));
    named && plain && text.len() <= most
}

/// An `https` link of at most 2,048 ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebLink(String);

/// Why a link is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a link begins with https:// and has at most 2048 ASCII characters")]
pub struct WebLinkError;

impl WebLink {
    /// Longest link, in characters.
    pub const MAX_CHARS: usize = 2_048;

    /// The link.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WebLink {
    type Err = WebLinkError;

    fn from_str(text: &str) -> Result<Self, WebLinkError> {
        if is_https_link(text, Self::MAX_CHARS) { Ok(Self(text.to_owned())) } else { Err(WebLinkError) }
    }
}

impl fmt::Display for WebLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for WebLink {
    type Error = WebLinkError;

    fn try_from(text: String) -> Result<Self, WebLinkError> {
        text.parse()
    }
}

impl From<WebLink> for String {
    fn from(link: WebLink) -> Self {
        link.0
    }
}
