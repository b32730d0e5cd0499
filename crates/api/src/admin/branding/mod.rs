//! `/api/v1/admin/branding`

pub(crate) mod remove_logo;
pub(crate) mod set_logo;
