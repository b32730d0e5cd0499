//! `/api/v1/session`: the session that asks.

pub(crate) mod end;
pub(crate) mod get;
pub(crate) mod step_up;
