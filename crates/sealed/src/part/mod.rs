//! Parts: the stored objects of a file, each one Cobblestone-256 message.

mod open;
mod seal;

pub use open::PartOpener;
pub use seal::{PartSealer, SealedPart};
