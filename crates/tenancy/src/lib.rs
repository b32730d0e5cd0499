//! The use cases of running a tenant: for now, making tenants and users. Operators call them from the command line.
#![warn(missing_docs)]

mod create_tenant;
mod create_user;
mod error;
mod service;
mod set_policy;

pub use create_user::UserView;
pub use error::TenancyError;
pub use service::Tenancy;
