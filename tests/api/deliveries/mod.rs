//! `/api/v1/deliveries`

pub(crate) mod archive;
mod chosen;
mod content;
mod damage;
mod limits;
mod ranges;
mod reply;
