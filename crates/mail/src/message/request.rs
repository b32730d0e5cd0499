//! Asking for files, and what comes in.

use std::fmt;

use sealpost_domain::{EmailAddress, Timestamp};

/// A user asks somebody for files.
#[derive(Clone, PartialEq, Eq)]
pub struct UploadRequest {
    /// Who asks; replies go there.
    pub requester: EmailAddress,
    /// His name; may be empty. Never shown without the address.
    pub requester_name: String,
    /// What it is about.
    pub title: String,
    /// What he has written; may be empty, and have several lines.
    pub text: String,
    /// Where files are sent in, `http` or `https`.
    pub link: String,
    /// Whether a code is asked for there.
    pub asks_code: bool,
    /// When the link ends.
    pub expires_at: Timestamp,
}

/// Without the link: whoever has it, uses it up.
impl fmt::Debug for UploadRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadRequest").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Who asks for files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requester {
    /// A user, by his request.
    Person {
        /// His address.
        address: EmailAddress,
        /// His name; may be empty. Never shown without the address.
        name: String,
    },
    /// An organisation, by a portal.
    Organisation(String),
}

/// What somebody has sent in has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmissionReceipt {
    /// Who has asked for it.
    pub requester: Requester,
    /// What it is called.
    pub title: Option<String>,
    /// The names of the files.
    pub file_names: Vec<String>,
    /// When it was sent.
    pub at: Timestamp,
}

/// A code for somebody who sends files in.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestCode {
    /// The digits.
    pub code: String,
    /// Who asks for files.
    pub requester: Requester,
    /// How long the code counts.
    pub minutes: u64,
}

/// Without the code.
impl fmt::Debug for RequestCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestCode").field("minutes", &self.minutes).finish_non_exhaustive()
    }
}
