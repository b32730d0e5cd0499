//! Parts: the stored objects of a file, each one Cobblestone-256 message.

mod buffers;
mod open;
mod seal;

pub use buffers::Buffers;
pub use open::PartOpener;
pub use seal::{PartSealer, SealedPart};
