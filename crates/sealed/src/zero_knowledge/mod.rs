//! What the service cannot read: transfers that their senders seal, and keys that are sealed to keys.
//!
//! A sender's client draws a [`FragmentSecret`], which stands in the link and which the service never has; the service
//! draws a [`ServerHalf`], which it tells to whoever has passed a recipient's protection. Both, and the password if there
//! is one, make an [`Access`]: the key that opens the content key, and the proof that somebody has them all. Everything
//! below the content key is as in any other transfer.
//!
//! [`FragmentSecret`]: crate::FragmentSecret
//! [`ServerHalf`]: crate::ServerHalf

mod access;
mod contents;
mod fingerprint;
mod fragment;
mod hpke;
mod looks;
mod pair;
mod passkey;
mod private_key;
mod recovery;
mod to_key;
mod upload;

pub use access::{Access, AccessProofHash};
pub use contents::{Contents, OtherContents};
pub use fingerprint::Fingerprint;
pub use looks::looks_sealed;
pub use pair::PublicKey;
pub use recovery::{LockedRecoveryKey, RecoveryKeyFile};
pub use to_key::KEY_TO_LENGTH;
pub use upload::SealedUpload;

use data_encoding::BASE64URL_NOPAD;

use crate::{KEY_LENGTH, Zeroizing};

/// base64url without padding.
fn to_text(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(BASE64URL_NOPAD.encode(bytes))
}

/// The bytes that a text in base64url stands for; `None` if it is another spelling of any: with padding, blanks, or bits
/// set that belong to no byte.
fn from_text(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok().map(Zeroizing::new)
}

/// Characters of 32 bytes in base64url.
const KEY_TEXT_LENGTH: usize = (KEY_LENGTH * 8).div_ceil(6);
