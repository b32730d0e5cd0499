//! The grants: rights as values.
//!
//! Their fields are private to this crate, so that a use case which takes one cannot be called without it.

mod account;
mod add;
mod admin;
mod bootstrap;
mod directory;
mod key_reader;
mod manage;
mod reader;
mod recipient;
mod report;
mod send;
mod sender;
mod stepped_up;
mod submit;

pub use account::{AccountSession, PendingSession};
pub use add::AddGrant;
pub use admin::{AdminSession, AuditorSession, OwnerSession};
pub use bootstrap::BootstrapGrant;
pub use directory::DirectoryGrant;
pub use key_reader::KeyReader;
pub use manage::{Actor, ManageGrant, OperatorGrant};
pub use reader::TenantReader;
pub use recipient::{DownloadGrant, ReadGrant};
pub use report::ReportGrant;
pub use send::SendGrant;
pub use sender::{SenderSession, UploadGrant};
pub use stepped_up::SteppedUp;
pub use submit::SubmitGrant;
