//! `/api/v1/links`

mod account;
pub(crate) mod code;
mod open;
mod report;
mod verify;
