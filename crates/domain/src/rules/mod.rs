//! A tenant's rules about what may be sent, and to whom. Pure: the same engine decides and explains.

mod address;
mod bits;
mod content;
mod filter;
mod hit;
mod index;
mod inspection;
mod mode;
mod pattern;
mod reach;
mod scan;
mod types;

pub use address::{AddressEffect, AddressRule, AddressRules, AddressRulesError};
pub use content::{
    Content, ContentFilter, ContentFinding, ContentLevel, ContentOutcome, ContentPlace, ContentRule,
    ContentRules, ContentRulesError, Finder, NumberKind, Shape, ShapeError,
};
pub use filter::{AddressDecision, AddressFilter, FromSender, Party};
pub use hit::{RuleEffect, RuleKind};
pub use inspection::Inspection;
pub use mode::{ModeDecision, ModeSaying, ModeSource, ModeVerdict, ModeWord};
pub use pattern::{AddressPattern, PatternError, Wildcard};
pub use reach::NeverReached;
pub use scan::{ScanFailure, ScanMode, ScanRules, ScanTooBig};
pub use types::{
    ArchiveFindings, ArchiveRules, Choice, Extension, ExtensionError, FileKind, FileKinds, Findings,
    ListMode, NameTraits, NameTrick, SealedKinds, TakenNames, TakenTypes, TypeDecision, TypeRefusal,
    TypeRule, TypeRules, TypeRulesError, TypeRulesWarning,
};
