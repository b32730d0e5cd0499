//! The language in which directories keep users and groups: SCIM 2.0 (RFC 7643, RFC 7644). No I/O.
//!
//! What comes from a directory is read here, in bounds, into one form; what goes to it is written here. What users and groups
//! are, and who may change them, is for others to say.
#![warn(missing_docs)]

mod attribute;
pub mod documents;
mod error;
mod filter;
mod list;
mod patch;
mod path;
mod read;
mod resource;
mod time;

pub use attribute::{ENTERPRISE_SCHEMA, GROUP, GROUP_SCHEMA, Schema, USER, USER_SCHEMA};
pub use error::{ERROR_SCHEMA, Error, ScimType};
pub use filter::Filter;
pub use list::{LIST_SCHEMA, MAX_RESULTS, Parameters, Projection, Query, Sort};
pub use patch::{PATCH_SCHEMA, Patch};
pub use read::{Attributes, read};
pub use resource::{Email, Group, Member, Name, User};

/// What SCIM messages are sent as.
pub const MEDIA_TYPE: &str = "application/scim+json";
