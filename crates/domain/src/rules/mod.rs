//! A tenant's rules about what may be sent, and to whom. Pure: the same engine decides and explains.

mod address;
mod filter;
mod index;
mod pattern;

pub use address::{AddressEffect, AddressRule, AddressRules, AddressRulesError};
pub use filter::{AddressDecision, AddressFilter, FromSender, Party};
pub use pattern::{AddressPattern, PatternError, Wildcard};
