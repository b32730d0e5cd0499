//! What a sender chooses for a transfer.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a sender chooses for a transfer, unless his tenant has locked it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SenderChoice {
    /// When it ends.
    Expiry,
    /// What recipients have to show.
    Protection,
    /// Whether recipients may answer with files.
    Reply,
    /// In how many visits each recipient may fetch.
    MaxDownloads,
}

impl SenderChoice {
    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expiry => "expiry",
            Self::Protection => "protection",
            Self::Reply => "reply",
            Self::MaxDownloads => "max_downloads",
        }
    }
}

impl fmt::Display for SenderChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
