//! Upload requests: what their links lead to, and what somebody has to show who sends files in.
//!
//! Whoever holds a link acts for nobody: what he may do is made of the row of whoever has asked for files, as it stands at
//! that moment, without a scope and with the bounds of the request.

mod begin;
mod code;
mod link;
mod submission;

pub use begin::{BeginGrant, NewSubmission, Uploader};
pub use code::{RequestCodeWish, SentRequestCode};
pub use link::RequestLink;
pub use submission::{SUBMISSION_PREFIX, SealedSubmission};
