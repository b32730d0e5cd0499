//! The vault that the configuration names.

use std::{path::Path, sync::Arc};

use sealpost_sealed::Random;
use sealpost_vault::{LocalVault, RemoteVault, Vault, VaultError};

use crate::config::VaultConfig;

/// The vault with the root key in it. `data` must not hold the key.
///
/// # Errors
/// The vault's, in words for the operator.
pub(crate) async fn open(
    config: &VaultConfig,
    data: &Path,
    random: &Arc<dyn Random>,
) -> Result<Arc<dyn Vault>, VaultError> {
    let random = Arc::clone(random);
    Ok(match config {
        VaultConfig::Local { dir } => Arc::new(LocalVault::open(dir, &[data], random)?),
        VaultConfig::OpenBao(options) => Arc::new(RemoteVault::openbao(options.clone(), random).await?),
        VaultConfig::Pkcs11(options) => Arc::new(RemoteVault::pkcs11(options.clone(), random).await?),
        VaultConfig::Azure(options) => Arc::new(RemoteVault::azure(options.clone(), random).await?),
    })
}

/// Makes the root key, which must not be there, and opens the vault.
///
/// # Errors
/// As [`open`], and if there is a root key.
pub(crate) async fn create(
    config: &VaultConfig,
    data: &Path,
    random: &Arc<dyn Random>,
) -> Result<Arc<dyn Vault>, VaultError> {
    let random = Arc::clone(random);
    Ok(match config {
        VaultConfig::Local { dir } => Arc::new(LocalVault::create(dir, &[data], random)?),
        VaultConfig::OpenBao(options) => {
            Arc::new(RemoteVault::create_openbao(options.clone(), random).await?)
        }
        VaultConfig::Pkcs11(options) => Arc::new(RemoteVault::create_pkcs11(options.clone(), random).await?),
        VaultConfig::Azure(options) => Arc::new(RemoteVault::create_azure(options.clone(), random).await?),
    })
}
