//! By what outsiders send files in.

use uuid::Uuid;

use crate::{PortalId, UploadRequestId, is_deceptive};

/// Longest title, in characters.
const MAX_TITLE_CHARS: usize = 200;
/// Longest message in bytes.
const MAX_MESSAGE_BYTES: usize = 16 << 10;

/// By what a transfer comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubmissionSource {
    /// A user's wish, by its link.
    Request(UploadRequestId),
    /// A standing page of the tenant.
    Portal(PortalId),
}

impl SubmissionSource {
    /// Its id, whatever it is.
    pub const fn as_uuid(self) -> Uuid {
        match self {
            Self::Request(id) => id.as_uuid(),
            Self::Portal(id) => id.as_uuid(),
        }
    }

    /// What the log calls it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Request(_) => "request",
            Self::Portal(_) => "portal",
        }
    }

    /// The request, if it is one.
    pub const fn request(self) -> Option<UploadRequestId> {
        match self {
            Self::Request(id) => Some(id),
            Self::Portal(_) => None,
        }
    }

    /// The portal, if it is one.
    pub const fn portal(self) -> Option<PortalId> {
        match self {
            Self::Request(_) => None,
            Self::Portal(id) => Some(id),
        }
    }
}

/// Whether it can be the title of a request or portal, or the subject of what comes in: one line of 1 to 200 characters,
/// read in one direction.
pub fn is_title(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.chars().count() <= MAX_TITLE_CHARS && text.chars().all(is_shown)
}

/// Whether it can be what somebody writes beside it: at most 16,384 bytes in lines, read in one direction.
pub fn is_message(text: &str) -> bool {
    let written = |c: char| matches!(c, '\n' | '\r' | '\t') || is_shown(c);
    text.len() <= MAX_MESSAGE_BYTES && text.chars().all(written)
}

fn is_shown(c: char) -> bool {
    !c.is_control() && !is_deceptive(c)
}
