//! Where the root key lives.
//!
//! The root key wraps tenants' keys, epoch keys and the service's own secrets, and never leaves its
//! [`Vault`]. [`LocalVault`] keeps it in files of the local disk. Calls are few: whoever asks keeps what was
//! unwrapped for some minutes.
#![warn(missing_docs)]

#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
mod local;
mod vault;

pub use error::VaultError;
pub use local::LocalVault;
pub use vault::{KeyId, KeyVersion, MAX_SECRET_LENGTH, Vault};
