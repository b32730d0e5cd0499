//! `/api/v1/portals`: what outsiders do at the standing page of a tenant.

pub(crate) mod begin;
pub(crate) mod code;
pub(crate) mod open;
