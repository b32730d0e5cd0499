//! What outsiders show who send files in: by the link of an upload request, or at the address of a portal.
//!
//! Whoever sends in acts for nobody: what he may do is made of the row of whoever gets it, as it stands at that moment,
//! without a scope and with the bounds of the request or portal.

mod again;
mod begin;
mod code;
pub(crate) mod entrance;
mod portal;
mod reply;
mod request;
pub(crate) mod sealed;

pub use again::{BeginKey, BegunSubmission};
pub use begin::{BeginGrant, Beginner, Beginning, NewSubmission, Uploader};
pub use code::{SentSubmissionCode, SubmissionCodeWish};
pub use entrance::{Entrance, Hindrance};
pub use portal::PortalPage;
pub use reply::ReplyGrant;
pub use request::RequestLink;
pub use sealed::{SUBMISSION_PREFIX, SealedSubmission};
