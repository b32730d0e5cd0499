//! `/api/v1/links`: what a recipient does with the link in his mail.

pub(crate) mod open;
pub(crate) mod verify;
