//! What a file really is, whatever it is called: bytes in, findings out.
//!
//! Nothing here decides: that is `sealpost_domain::rules::TypeRules`, which reads the findings. And nothing is unpacked:
//! files are told apart by their first bytes, archives by their list of contents, read in a few ranges. All input is
//! somebody else's: every reader is bounded in steps and bytes, and what cannot be read is a finding, not an error.
#![warn(missing_docs)]

mod bytes_of;
mod cfb;
mod clamd;
mod listing;
mod look;
mod on_disk;
mod pdf;
mod sniff;
mod source;
mod zip;

pub use clamd::{Clamd, ClamdAddress, ClamdAddressError, Pieces, ScanError, Verdict};
pub use look::look;
pub use on_disk::OnDisk;
pub use sniff::{HEAD_BYTES, Sniffed, sniff};
pub use source::Source;

/// The edition of these readers: findings of an older one are looked for again. Counted up when they learn something.
pub const EDITION: u16 = 1;
