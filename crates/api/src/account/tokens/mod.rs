//! `/api/v1/account/tokens`: API tokens that a person makes for himself.

pub(crate) mod issue;
pub(crate) mod list;
pub(crate) mod revoke;
