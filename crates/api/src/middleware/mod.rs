//! What surrounds every request: a note of its progress, a name for the log, and the headers that every answer carries.

mod headers;
mod trace;
mod watch;

pub(crate) use headers::headers;
pub(crate) use trace::trace;
pub(crate) use watch::watch;
