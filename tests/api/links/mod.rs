//! `/api/v1/links`

mod code;
mod open;
mod verify;
