//! What is written in a message, and what that asks for.
//!
//! The add-in looks before anything leaves the sender's machine, and the service looks again at what it was given: both by
//! the same rules, and `tests/rules/content.json` holds what both must find.

mod decide;
mod groups;
mod number;
mod shape;
mod text;
mod validate;
mod words;

use serde::{Deserialize, Serialize};

pub use decide::{Content, ContentFilter, ContentFinding, ContentOutcome};
pub use number::NumberKind;
pub use shape::{Shape, ShapeError};
pub use validate::ContentRulesError;

use crate::Protection;

/// Rules about what is written. All that find something count.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentRules(pub Vec<ContentRule>);

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContentRule {
    /// What it is called, for people; no two have one name.
    pub name: String,
    /// What it looks for.
    pub find: Finder,
    /// Where it looks; everywhere if it is empty. Those that look at files' sizes have no use for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<ContentPlace>,
    /// How often it must be found, in all places together; 1 if it is left out.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    pub at_least: u32,
    /// How much it asks for.
    pub level: ContentLevel,
    /// What recipients are asked for then; whatever the sender chooses if it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub protections: Vec<Protection>,
    /// What the sender is told.
    pub text: String,
    /// Whether it is passed over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
}

/// What a rule looks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Finder {
    /// One of these words, or of these phrases: whole words, whatever their case; a star at an end stands for any ending.
    Words(Vec<String>),
    /// Numbers of this kind that pass its checks.
    Number(NumberKind),
    /// What is shaped so: `PAT-######`.
    Shape(Shape),
    /// Files of more bytes than this, together.
    FilesLargerThan(u64),
    /// More files than this.
    MoreFilesThan(u64),
}

/// Where a rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentPlace {
    /// The subject.
    Subject,
    /// The message; in the add-in, the body of the mail.
    Message,
    /// The names of files.
    FileNames,
}

/// How much a rule asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentLevel {
    /// The sender is told, and decides.
    Notify,
    /// It is sent by Sealpost, and so protected, unless the sender says otherwise.
    Automatic,
    /// It is sent by Sealpost, and so protected, or not at all.
    Mandatory,
}

const fn once() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_once(times: &u32) -> bool {
    *times == 1
}
