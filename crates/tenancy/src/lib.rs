//! The use cases of running a tenant. Admins call them over HTTP, operators from the command line.
#![warn(missing_docs)]

mod create_tenant;
mod error;
mod service;
mod set_policy;
mod users;

pub use error::TenancyError;
pub use service::Tenancy;
pub use users::{UserChange, UserPage, UserView};
