//! `/api/v1/links`

mod account;
pub(crate) mod code;
mod open;
pub(crate) mod remembered;
mod report;
mod verify;
