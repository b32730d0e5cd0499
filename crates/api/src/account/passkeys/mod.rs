//! `/api/v1/account/passkeys`

pub(crate) mod begin;
pub(crate) mod finish;
pub(crate) mod list;
pub(crate) mod remove;
