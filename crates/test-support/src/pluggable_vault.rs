//! A local vault that can be pulled out.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use sealpost_sealed::{RootContext, Zeroizing};
use sealpost_vault::{KeyId, KeyVersion, LocalVault, Vault, VaultError};

/// The vault. While it is pulled out, every call fails.
#[derive(Debug)]
pub struct PluggableVault {
    vault: LocalVault,
    pulled: AtomicBool,
}

impl PluggableVault {
    /// The vault, plugged in.
    pub const fn new(vault: LocalVault) -> Self {
        Self { vault, pulled: AtomicBool::new(false) }
    }

    /// Pulls it out.
    pub fn pull(&self) {
        self.pulled.store(true, Ordering::SeqCst);
    }

    /// Plugs it in again.
    pub fn plug(&self) {
        self.pulled.store(false, Ordering::SeqCst);
    }

    fn check(&self) -> Result<(), VaultError> {
        if self.pulled.load(Ordering::SeqCst) {
            return Err(VaultError::NoKey { dir: PathBuf::from("pulled") });
        }
        Ok(())
    }
}

#[async_trait]
impl Vault for PluggableVault {
    async fn wrap(&self, context: &RootContext, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.check()?;
        self.vault.wrap(context, secret).await
    }

    async fn unwrap(&self, context: &RootContext, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.check()?;
        self.vault.unwrap(context, wrapped).await
    }

    async fn health(&self) -> Result<(), VaultError> {
        self.check()?;
        self.vault.health().await
    }

    fn key_id(&self) -> KeyId {
        self.vault.key_id()
    }

    async fn versions(&self) -> Result<Vec<KeyVersion>, VaultError> {
        self.check()?;
        self.vault.versions().await
    }

    async fn rotate(&self) -> Result<KeyId, VaultError> {
        self.check()?;
        self.vault.rotate().await
    }

    async fn retire(&self, version: &KeyId) -> Result<(), VaultError> {
        self.check()?;
        self.vault.retire(version).await
    }

    fn wrapped_under(&self, wrapped: &[u8]) -> Option<KeyId> {
        self.vault.wrapped_under(wrapped)
    }

    fn current_prefix(&self) -> Vec<u8> {
        self.vault.current_prefix()
    }

    fn kind(&self) -> &'static str {
        self.vault.kind()
    }
}
