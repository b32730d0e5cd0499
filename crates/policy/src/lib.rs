//! Tenants' policies, ready to be asked. The use cases of sending ask what is refused, those of running a tenant what would
//! be and why: both ask here, so that what is explained is what decides.
#![warn(missing_docs)]

mod document;
mod error;
mod hit;
mod judge;
mod policies;
mod rules;

pub use document::{open_document, seal_document};
pub use error::PolicyStoreError;
pub use hit::{RuleNames, names_by_hmac, rule_hmac};
pub use judge::{Judgement, Sender};
pub use policies::Policies;
pub use rules::Rules;
