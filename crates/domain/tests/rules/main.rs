//! What rules decide, as tables that people can read.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod address;
mod address_order;
mod content;
mod sealing;
mod types;
