//! `/api/v1/transfers`

mod block;
mod certificate;
mod content;
mod create;
mod devices;
mod extend;
mod get;
mod link;
mod list;
pub(crate) mod mail;
mod protection;
mod purge;
mod recipients;
mod revise;
mod rules;
mod scan;
mod send;
mod states;
