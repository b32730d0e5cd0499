//! What a tenant takes along: a tar archive, written as a stream, with a manifest of hashes.
//!
//! Nothing here reads or knows what is written: bytes in, bytes out. Names are those of the writer, never of strangers.
#![warn(missing_docs)]

mod header;
mod verify;
mod write;

pub use verify::{Verified, verify};
pub use write::{Archive, Piece};

/// The name of the last entry: the hashes of all before it that no earlier list has.
pub const MANIFEST: &str = "MANIFEST.sha256";
/// The folder of the earlier lists.
pub const MANIFESTS: &str = "manifests/";

/// Why an archive cannot be written, or is not what was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// It ends too early.
    #[error("it was cut off")]
    CutOff,
    /// It is no archive of ours.
    #[error("it is no archive of this kind: {0}")]
    Format(&'static str),
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// What an entry holds is not what its manifest says.
    #[error("{0} is not what was written")]
    Changed(String),
    /// More or fewer bytes were written than an entry was to have.
    #[error("an entry has not as many bytes as it was to have")]
    Length,
    /// A name does not fit.
    #[error("a name is too long or strange")]
    Name,
}
