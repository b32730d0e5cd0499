//! What a sender's program has sealed before it came here, and nobody here can look into. The service's own layer lies around
//! it (`docs/adr/0029`), so that whatever else is done with a transfer is done with it as with any other.

mod delivered;
mod heads;
mod incoming;
mod mode;
mod of_file;
mod of_submission;
mod of_transfer;
pub(crate) mod receiver;
pub(crate) mod recovery;
mod stated;
mod told;

pub use delivered::{ContentKeyOf, DeliverySealedTo, DeliverySealing};
pub use mode::ModeRefusal;
pub use of_file::FileSealing;
pub use of_submission::{ContentKeyFor, SealedSubmissionParts};
pub use of_transfer::{DraftSealing, SenderSealing};
pub use receiver::SubmissionSealing;
pub use stated::Stated;
pub use told::ModeRules;

pub(crate) use heads::{Heads, SALT_LENGTH};
pub(crate) use mode::Known;
pub(crate) use of_transfer::{MIXED, check_words, sealed_whole};
