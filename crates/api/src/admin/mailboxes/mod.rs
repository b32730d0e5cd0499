//! `/api/v1/admin/mailboxes`

pub(crate) mod create;
pub(crate) mod delegate;
pub(crate) mod delegates;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod remove;
pub(crate) mod undelegate;
