//! The use cases of running a tenant. Admins call them over HTTP, operators from the command line.
#![warn(missing_docs)]

mod create_tenant;
mod directory;
mod error;
mod mailboxes;
mod service;
mod set_policy;
mod users;

pub use directory::{Directory, DirectoryError, Expected, Resource};
pub use error::TenancyError;
pub use mailboxes::{BadLine, DelegateView, Imported, MailboxView};
pub use service::Tenancy;
pub use users::{UserChange, UserPage, UserView};
