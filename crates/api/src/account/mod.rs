//! `/api/v1/account`: what a person does with his own account.

pub(crate) mod sessions;
pub(crate) mod tokens;
