//! What surrounds every request: a name and a note of its progress, for the log, metrics and traces, and the headers that
//! every answer carries.

mod headers;
mod named;
mod trace;
mod watch;

pub(crate) use headers::{DEFAULT_POLICY, headers};
pub(crate) use watch::watch;
