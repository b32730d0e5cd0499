//! `/api/v1/account/totp`: the app that makes codes.

pub(crate) mod begin;
pub(crate) mod confirm;
pub(crate) mod remove;
