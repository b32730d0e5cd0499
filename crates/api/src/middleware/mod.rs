//! What surrounds every request: a name for the log, and the headers that every answer carries.

mod headers;
mod trace;

pub(crate) use headers::headers;
pub(crate) use trace::trace;
