//! `/api/v1/admin/audit`

pub(crate) mod export;
pub(crate) mod key;
pub(crate) mod list;
