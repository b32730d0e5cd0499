//! Where the root key lives.
//!
//! The root key wraps tenants' keys, epoch keys and the service's own secrets, and never leaves its
//! [`Vault`]. [`LocalVault`] keeps it in files of the local disk, [`RemoteVault`] knows where it is: in OpenBao, in a token behind
//! PKCS#11, in Azure Key Vault. Calls are few: whoever asks keeps what was
//! unwrapped for some minutes.
#![warn(missing_docs)]

mod azure;
#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
mod https;
mod local;
mod openbao;
mod pkcs11;
mod remote;
mod vault;

pub use azure::{AzureCredential, AzureOptions};
pub use error::VaultError;
pub use local::LocalVault;
pub use openbao::{BaoLogin, BaoOptions};
pub use pkcs11::Pkcs11Options;
pub use remote::RemoteVault;
pub use vault::{KeyId, KeyVersion, MAX_SECRET_LENGTH, Vault};
