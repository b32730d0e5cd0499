//! `/api/v1/account/sessions`

pub(crate) mod end;
pub(crate) mod end_all;
pub(crate) mod list;
