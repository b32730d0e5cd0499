//! That a keyring and a root key belong together.
//!
//! The keyring holds a value that was wrapped by the root key at the first run, and remembers which one that was. A vault
//! that does not open it is another one: going on with it would wrap new keys under it, and then neither root key
//! would open everything.

use sealpost_sealed::{RootContext, random_bytes};
use sealpost_vault::VaultError;

use crate::{Keys, KeysError};

/// The name of that value among the service's secrets.
pub(crate) const CHECK: &str = "root-key-check";

impl Keys {
    /// Whether the keyring belongs to this vault's root key. `false` if it belongs to none yet.
    ///
    /// # Errors
    /// [`KeysError::ForeignRootKey`], and the vault's and the keyring's.
    pub async fn check_root_key(&self) -> Result<bool, KeysError> {
        let Some(check) = self.keyring.secret(CHECK).await? else { return Ok(false) };
        match self.vault.unwrap(&RootContext::Secret { name: CHECK }, &check).await {
            Ok(_) => Ok(true),
            Err(source @ (VaultError::Refused(_) | VaultError::UnknownKey { .. })) => {
                let wanted = self.keyring.root_key().await?;
                Err(KeysError::ForeignRootKey {
                    configured: self.vault.key_id().to_string(),
                    wanted: wanted.unwrap_or_else(|| "another root key".to_owned()),
                    source,
                })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// From now on the keyring belongs to this vault's root key, unless it belongs to one already; then as
    /// [`Self::check_root_key`]. Can be repeated after a crash, and done by several nodes at once.
    ///
    /// # Errors
    /// As [`Self::check_root_key`].
    pub async fn tie_root_key(&self) -> Result<(), KeysError> {
        if self.check_root_key().await? {
            return Ok(());
        }
        let id = self.vault.key_id();
        let check =
            self.vault.wrap(&RootContext::Secret { name: CHECK }, &random_bytes::<32>(&*self.random)).await?;
        let stored = self.keyring.put_secret_if_absent(CHECK, &check, self.clock.now()).await?;
        if stored == check {
            self.keyring.put_root_key(id.as_str()).await?;
        }
        // Another node may have been faster, with another vault.
        self.check_root_key().await.map(drop)
    }
}
