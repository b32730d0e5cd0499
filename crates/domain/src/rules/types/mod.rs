//! What may be sent: rules about files, by their names, by what they really are, and by what is inside of them.

mod asked;
mod decide;
mod extension;
mod findings;
mod kind;
mod name;
mod sealed;
mod validate;

use serde::{Deserialize, Serialize};

pub use asked::{FileKinds, TakenNames, TakenTypes};
pub use decide::{TypeDecision, TypeRefusal, TypeRule};
pub use extension::{Extension, ExtensionError};
pub use findings::{ArchiveFindings, Findings};
pub use kind::FileKind;
pub use name::{NameTraits, NameTrick};
pub use sealed::SealedKinds;
pub use validate::{TypeRulesError, TypeRulesWarning};

/// What may be sent. Fields that are missing have their default; unknown ones are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TypeRules {
    /// Whether the lists below say what may not be sent, or what may.
    pub mode: ListMode,
    /// Extensions of names. Each stands for what it promises: with `pdf` allowed, what is called so has to be one.
    pub extensions: Vec<Extension>,
    /// What files are, by their names and by what is in them.
    pub kinds: Vec<FileKind>,
    /// Names that deceive: a second extension in front of one that runs, extensions behind blanks, names of devices.
    pub disguises: Choice,
    /// A name that promises one kind and a content that is of another, neither of which is refused for itself: a picture
    /// that is called a table. A picture of one format with the extension of another is none.
    pub mismatch: Choice,
    /// What archives may be.
    pub archives: ArchiveRules,
    /// Which files senders seal by themselves, and which they must not.
    pub zero_knowledge: SealedKinds,
}

/// What a list means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListMode {
    /// What stands in it may be sent, and nothing else.
    Allow,
    /// What stands in it may not be sent.
    Deny,
}

/// Whether something may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// It may.
    Allow,
    /// It may not.
    Deny,
}

/// What archives may be, and documents that are archives inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArchiveRules {
    /// Whether what is inside must keep the rules, too. Without this the rest of these counts for nothing.
    pub look_inside: bool,
    /// Something in it that opens with a password only.
    pub encrypted: Choice,
    /// Archives of which only the outside can be seen: 7z, RAR, compressed archives in archives.
    pub uninspectable: Choice,
    /// Most files in it.
    pub max_entries: u64,
    /// Most bytes that a byte may become, if it becomes more than 64 MiB in all.
    pub max_ratio: u64,
    /// Most bytes when it is unpacked.
    pub max_unpacked_bytes: u64,
    /// Most archives in one another, the outermost included.
    pub max_depth: u64,
}

impl Default for TypeRules {
    fn default() -> Self {
        Self {
            mode: ListMode::Deny,
            extensions: Vec::new(),
            kinds: vec![
                FileKind::DiskImage,
                FileKind::Executable,
                FileKind::Installer,
                FileKind::Script,
                FileKind::Shortcut,
            ],
            disguises: Choice::Deny,
            mismatch: Choice::Allow,
            archives: ArchiveRules::default(),
            zero_knowledge: SealedKinds::default(),
        }
    }
}

impl Default for ArchiveRules {
    fn default() -> Self {
        Self {
            look_inside: true,
            encrypted: Choice::Allow,
            uninspectable: Choice::Allow,
            max_entries: 10_000,
            max_ratio: 200,
            max_unpacked_bytes: 1 << 40,
            max_depth: 3,
        }
    }
}

impl TypeRules {
    /// Whether they let nothing be sent of which nobody has seen what it is: a list of what may be sent, or a word against what
    /// opens with a password or cannot be looked into.
    pub fn want_to_see(&self) -> bool {
        let archives = &self.archives;
        self.mode == ListMode::Allow
            || self.mismatch == Choice::Deny
            || archives.look_inside && [archives.encrypted, archives.uninspectable].contains(&Choice::Deny)
    }

    /// Rules that refuse nothing.
    pub fn none() -> Self {
        let archives = ArchiveRules { look_inside: false, ..ArchiveRules::default() };
        Self { kinds: Vec::new(), disguises: Choice::Allow, archives, ..Self::default() }
    }
}
