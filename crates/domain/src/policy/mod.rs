//! What a tenant has decided: settings, and rules about what is sent to whom.

mod addin;
mod branding;
mod choice;
mod difference;
mod document;
mod link;
mod settings;

pub use addin::{
    AddinLevel, AddinLinks, AddinSettings, AddinSettingsError, MailHost, MailHostError, SendMode,
};
pub use branding::{Branding, BrandingError, Colour, ColourError, Support, SupportError};
pub use choice::SenderChoice;
pub use difference::PolicyDifference;
pub use document::{Contacts, DocumentError, PolicyDocument, PolicyWarning, ReportSchedule, ReportSettings};
pub use link::{WebLink, WebLinkError};
pub use settings::{Policy, PolicyError, RecoveryKey, Replies, RetentionError};
