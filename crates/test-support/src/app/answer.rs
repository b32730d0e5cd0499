//! What the service has answered.

use std::fmt;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// A whole answer. `Debug` shows how long its body is, and not the body.
#[derive(Clone)]
pub struct Answer {
    /// What was asked, for messages of tests that fail.
    pub asked: String,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, whole.
    pub body: Bytes,
}

/// An answer whose body ended before its announced length, or that never came. `Debug` as for [`Answer`].
#[derive(Clone)]
pub struct BrokenOff {
    /// The status, if so much came.
    pub status: Option<u16>,
    /// What came of the body.
    pub body: Bytes,
}

impl Answer {
    /// Fails the test unless the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.excerpt());
        self
    }

    /// Fails the test unless it is a problem (RFC 9457) with this status and code, and says what it was in detail.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> String {
        let asked = &self.asked;
        assert_eq!(self.status, status, "{asked}: {}", self.excerpt());
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{asked}");
        let problem = self.json();
        assert_eq!(problem["code"], code, "{asked}");
        assert_eq!(problem["status"], status, "{asked}");
        assert_eq!(problem["type"], format!("urn:sealpost:problem:{code}"), "{asked}");
        assert!(problem["title"].is_string(), "{asked}");
        assert_eq!(problem["request_id"].as_str(), self.header("x-request-id"), "{asked}");
        problem["detail"].as_str().unwrap_or_default().to_owned()
    }

    /// Fails the test unless it is a refusal without a body, as a HEAD gets.
    #[track_caller]
    pub fn bare(&self, status: u16) {
        assert_eq!((self.status, self.body.len()), (status, 0), "{}", self.asked);
    }

    /// A header, if it occurs once and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next()?.to_str().ok()?;
        values.next().is_none().then_some(value)
    }

    /// The cookies that it sets, as the next request carries them; without those that it has forgotten.
    pub fn cookies(&self) -> String {
        let set = self.headers.get_all("set-cookie").iter().filter_map(|set| set.to_str().ok());
        let kept = set.filter(|set| !set.contains("Max-Age=0"));
        kept.filter_map(|set| set.split(';').next()).collect::<Vec<_>>().join("; ")
    }

    /// A header with a number.
    #[track_caller]
    pub fn number(&self, name: &str) -> u64 {
        let value = self.header(name).unwrap_or_else(|| panic!("{}: no {name}", self.asked));
        value.parse().unwrap_or_else(|_| panic!("{}: {name}: {value}", self.asked))
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}: {}", self.asked, self.excerpt()))
    }

    /// As much of the body as a message of a test that fails can hold.
    fn excerpt(&self) -> String {
        String::from_utf8_lossy(&self.body[..self.body.len().min(300)]).escape_debug().to_string()
    }

    /// The body without what the log calls this one request: what a stranger could tell answers apart by.
    pub fn unnamed(&self) -> String {
        let name = self.header("x-request-id").map(|id| format!(",\"request_id\":\"{id}\""));
        name.map_or_else(|| self.text(), |name| self.text().replace(&name, ""))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} with {} bytes", self.asked, self.status, self.body.len())
    }
}

impl fmt::Debug for BrokenOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "broken off: {:?} with {} bytes", self.status, self.body.len())
    }
}
