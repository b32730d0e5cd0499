//! What the clock does.

mod abandon_uploads;
mod epochs;
mod purge_expired;
mod reconcile;
