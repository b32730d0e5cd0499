//! Sending and fetching, against servers over lines that do not behave.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod fetch;
mod keeper;
mod rules;
mod scene;
mod sealed;
mod send;
mod support;
