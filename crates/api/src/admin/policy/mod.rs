//! `/api/v1/admin/policy`

pub(crate) mod get;
pub(crate) mod set;
