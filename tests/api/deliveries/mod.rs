//! `/api/v1/deliveries`

mod archive;
mod content;
mod damage;
mod limits;
mod ranges;
mod reply;
