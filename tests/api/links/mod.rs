//! `/api/v1/links`

mod account;
mod code;
mod open;
mod verify;
