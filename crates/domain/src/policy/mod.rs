//! What a tenant has decided: settings, and rules about what is sent to whom.

mod branding;
mod choice;
mod difference;
mod document;
mod settings;

pub use branding::{Branding, BrandingError, Colour, ColourError, Support, SupportError};
pub use choice::SenderChoice;
pub use difference::PolicyDifference;
pub use document::{Contacts, DocumentError, PolicyDocument, PolicyWarning, ReportSchedule, ReportSettings};
pub use settings::{Policy, PolicyError, Replies, RetentionError};
