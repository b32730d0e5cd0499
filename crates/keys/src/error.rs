use sealpost_db::DbError;
use sealpost_vault::VaultError;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeysError {
    /// What was stored is no wrapped key.
    #[error("a wrapped key is damaged")]
    Damaged,
    /// The keyring's.
    #[error("keyring: {0}")]
    Keyring(#[from] DbError),
    /// The vault's.
    #[error("vault: {0}")]
    Vault(#[from] VaultError),
}
