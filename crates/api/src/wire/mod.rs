//! The JSON of the API. Types here are made from views and nothing else, so that no field leaves by accident.

mod delivery;
mod recipient;
mod time;
mod transfer;

pub(crate) use delivery::Delivery;
pub(crate) use recipient::Recipient;
pub(crate) use time::{Time, http_date, utc, whole_seconds};
pub(crate) use transfer::{Transfer, TransferSummary};
