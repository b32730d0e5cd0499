//! What was found in a file: written by whoever looked into it, read by the rules.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::FileKind;

/// What a file really is. It says nothing about rules, so that it stays true when they change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Findings {
    /// The edition of the readers that looked: what an older one has found is looked for again.
    pub edition: u16,
    /// What it is called: `pe`, `zip`, `ooxml` …
    pub format: String,
    /// What it is; at least one.
    pub kinds: BTreeSet<FileKind>,
    /// What is inside, if it holds files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive: Option<ArchiveFindings>,
}

impl Findings {
    /// Of something that is this and nothing else, and holds no files.
    pub fn plain(edition: u16, format: &str, kinds: impl IntoIterator<Item = FileKind>) -> Self {
        Self { edition, format: format.to_owned(), kinds: kinds.into_iter().collect(), archive: None }
    }

    /// The one kind that says the most, for lists.
    pub fn main_kind(&self) -> FileKind {
        let rank = |kind: &FileKind| match kind {
            kind if kind.is_active() => 0,
            FileKind::OfficeMacros | FileKind::EncryptedArchive | FileKind::EncryptedDocument => 1,
            FileKind::Unknown | FileKind::Other => 3,
            _ => 2,
        };
        self.kinds.iter().copied().min_by_key(rank).unwrap_or(FileKind::Unknown)
    }
}

/// What is inside of a file that holds files: all levels together that could be looked into.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArchiveFindings {
    /// Why its list of contents cannot be relied on, in a few words; it is then as if nothing had been found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub damaged: Option<String>,
    /// What could not be looked into: itself, or the name of something inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<String>,
    /// The name of something that opens with a password only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<String>,
    /// The name of something that shares its bytes with something else: what no honest program makes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlapping: Option<String>,
    /// Files inside.
    pub entries: u64,
    /// Their bytes as they lie in the archive.
    pub packed_bytes: u64,
    /// Their bytes when they are unpacked, as the archive says.
    pub unpacked_bytes: u64,
    /// How many archives lie in one another, itself included.
    pub depth: u64,
    /// Names of files inside: for whatever a name can say, the first that says it.
    pub names: Vec<String>,
}
