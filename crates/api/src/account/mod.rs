//! `/api/v1/account`: what a person does with his own account.

pub(crate) mod get;
pub(crate) mod key_pairs;
pub(crate) mod passkeys;
pub(crate) mod password;
pub(crate) mod recovery_codes;
pub(crate) mod sessions;
pub(crate) mod tokens;
pub(crate) mod totp;
