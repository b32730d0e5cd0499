//! `/api/v1/transfers`

mod block;
mod create;
mod extend;
mod get;
mod list;
mod protection;
mod purge;
mod recipients;
mod send;
mod states;
