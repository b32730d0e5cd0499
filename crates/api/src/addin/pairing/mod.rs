//! `/api/v1/addin/pairing`: the add-in is signed in by a page.

pub(crate) mod begin;
pub(crate) mod session;
