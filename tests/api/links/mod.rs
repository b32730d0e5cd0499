//! `/api/v1/links`

mod open;
mod verify;
