//! A tenant's policy: read, changed, compared, taken back, explained.

mod change;
mod explain;
mod get;
mod history;
mod import;
mod lockout;
mod recovery;

pub(crate) use get::current;

pub use explain::{
    AddressExplanation, ContentExplanation, ContentQuestion, ContentRuleExplanation, Explanation,
    FileExplanation, FileQuestion, PolicyQuestion,
};
pub use get::PolicyView;
pub use history::{PolicyPage, PolicyVersionView};
pub use import::{BadRuleLine, ImportedRules, RuleImport};
