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

/// Keeper of the root key.
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

    /// The version of the root key that wraps.
    fn key_id(&self) -> KeyId;

    /// The word for what keeps the root key, as in the configuration: `local`.
    fn kind(&self) -> &'static str;
}
