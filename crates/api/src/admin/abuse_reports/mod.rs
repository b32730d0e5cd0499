//! `/api/v1/admin/abuse-reports`

pub(crate) mod list;
pub(crate) mod settle;
