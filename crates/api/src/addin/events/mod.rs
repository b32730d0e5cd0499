//! `/api/v1/addin/events`: what the event file asks for. It has no session; the add-in's id in the path is what it may ask by, and
//! a transfer's ticket what it may send by.

pub(crate) mod cors;
pub(crate) mod policy;
pub(crate) mod send;
pub(crate) mod transfer;
