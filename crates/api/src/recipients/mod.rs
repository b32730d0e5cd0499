//! `/api/v1/transfers/{transfer_id}/recipients`: who gets a transfer.

pub(crate) mod add;
pub(crate) mod block;
pub(crate) mod devices;
pub(crate) mod link;
pub(crate) mod notify;
pub(crate) mod unblock;
