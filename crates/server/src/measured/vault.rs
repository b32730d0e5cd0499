//! The vault.

use std::sync::Arc;

use async_trait::async_trait;
use sealpost_metrics::{Called, Seam};
use sealpost_sealed::{RootContext, Zeroizing};
use sealpost_vault::{KeyId, KeyVersion, Vault, VaultError};

use super::Measured;

/// A new method of the trait must be measured, too, and not fall back on what the trait does by itself.
#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Vault for Measured<Arc<dyn Vault>> {
    async fn wrap(&self, context: &RootContext, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.call(Seam::Vault, "wrap", judged, self.inner.wrap(context, secret)).await
    }

    async fn unwrap(&self, context: &RootContext, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.call(Seam::Vault, "unwrap", judged, self.inner.unwrap(context, wrapped)).await
    }

    async fn health(&self) -> Result<(), VaultError> {
        self.call(Seam::Vault, "health", judged, self.inner.health()).await
    }

    fn key_id(&self) -> KeyId {
        self.inner.key_id()
    }

    async fn versions(&self) -> Result<Vec<KeyVersion>, VaultError> {
        self.call(Seam::Vault, "versions", judged, self.inner.versions()).await
    }

    async fn rotate(&self) -> Result<KeyId, VaultError> {
        self.call(Seam::Vault, "rotate", judged, self.inner.rotate()).await
    }

    async fn retire(&self, version: &KeyId) -> Result<(), VaultError> {
        self.call(Seam::Vault, "retire", judged, self.inner.retire(version)).await
    }

    fn wrapped_under(&self, wrapped: &[u8]) -> Option<KeyId> {
        self.inner.wrapped_under(wrapped)
    }

    fn current_prefix(&self) -> Vec<u8> {
        self.inner.current_prefix()
    }

    fn kind(&self) -> &'static str {
        self.inner.kind()
    }
}

fn judged(error: &VaultError) -> Called {
    if error.is_transient() { Called::Unavailable } else { Called::Failed }
}
