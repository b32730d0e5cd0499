//! `/api/v1/oauth`: access tokens for programs (RFC 6749).

mod form;
pub(crate) mod token;
