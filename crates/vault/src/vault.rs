//! The seam: what every vault can do.

use std::fmt;

use async_trait::async_trait;
use sealpost_sealed::{RootContext, Zeroizing};

use crate::VaultError;

/// The longest secret in bytes that every vault wraps.
pub const MAX_SECRET_LENGTH: usize = 4096;

/// The name of a version of a root key, for logs and for `keys status`. It says nothing about the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// The id of this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A version of the root key that the vault has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyVersion {
    /// Its id, as [`Vault::wrapped_under`] tells it.
    pub id: KeyId,
    /// The short word for it that `sealpost keys retire` takes: `v3`, or what the vault calls it.
    pub name: String,
    /// Whether it wraps: the newest does.
    pub is_current: bool,
}

/// Keeper of the root key.
///
/// What is wrapped begins with a byte that says which kind of vault it was, and with the version of the root key, in a length
/// that the kind fixes. So nobody needs to ask a vault what is wrapped under what.
#[async_trait]
pub trait Vault: Send + Sync + fmt::Debug {
    /// Wraps a secret of at most [`MAX_SECRET_LENGTH`] bytes for its place, under the current version of the root key.
    ///
    /// The result names that version and differs every time.
    async fn wrap(&self, context: &RootContext, secret: &[u8]) -> Result<Vec<u8>, VaultError>;

    /// The secret that was wrapped for this place, under whichever version of the root key.
    ///
    /// [`VaultError::Refused`] for another place or root key and for damage; [`VaultError::UnknownKey`] if the
    /// version is not in the vault.
    async fn unwrap(&self, context: &RootContext, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError>;

    /// Whether the vault could wrap and unwrap now, and after a restart of this process.
    async fn health(&self) -> Result<(), VaultError>;

    /// The version of the root key that wraps, as far as is known here.
    ///
    /// It may change while this runs, when somebody rotates: wrapping, [`health`](Self::health) and
    /// [`versions`](Self::versions) learn of it.
    fn key_id(&self) -> KeyId;

    /// Asks the vault which versions of the root key open what they wrapped, oldest first. [`key_id`](Self::key_id) is up
    /// to date afterwards.
    async fn versions(&self) -> Result<Vec<KeyVersion>, VaultError>;

    /// Makes a new version of the root key, which wraps from now on, here and on all other nodes. Older versions go on
    /// opening what they wrapped.
    async fn rotate(&self) -> Result<KeyId, VaultError>;

    /// Takes a version out of use: what is still wrapped under it opens no more, on other nodes after their next start at the
    /// latest. The vault's operator can take that back.
    ///
    /// [`VaultError::Current`] for the version that wraps; [`VaultError::UnknownKey`] if there is none of this id.
    async fn retire(&self, version: &KeyId) -> Result<(), VaultError>;

    /// Under which version of the root key this was wrapped, told from its first bytes without asking the vault. `None` if
    /// another kind of vault wrapped it, or none.
    fn wrapped_under(&self, wrapped: &[u8]) -> Option<KeyId>;

    /// The bytes with which all begins that is wrapped under the current version, and nothing else.
    fn current_prefix(&self) -> Vec<u8>;

    /// The word for what keeps the root key, as in the configuration: `local`.
    fn kind(&self) -> &'static str;
}
