use sealpost_db::DbError;
use sealpost_vault::VaultError;
use uuid::Uuid;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeysError {
    /// What was stored is no wrapped key.
    #[error("a wrapped key is damaged")]
    Damaged,
    /// The keyring is a new one, but the database belongs to one that is not here.
    #[error(
        "the keyring is new and empty, but the database belongs to the keyring {wanted}, without which nothing that was \
         sent opens: mount its volume or correct its address, and start again (docs/keys.md, \"A keyring that is lost\")"
    )]
    EmptyKeyring {
        /// The one that is missing.
        wanted: Uuid,
    },
    /// The keyring belongs to another database.
    #[error(
        "this is the keyring {found}, but the database belongs to the keyring {wanted}: correct the address of one of \
         them, and start again (docs/keys.md, \"A keyring that is lost\")"
    )]
    ForeignKeyring {
        /// The one that is here.
        found: Uuid,
        /// The one that is missing.
        wanted: Uuid,
    },
    /// The keyring's.
    #[error("keyring: {0}")]
    Keyring(#[from] DbError),
    /// The vault's.
    #[error("vault: {0}")]
    Vault(#[from] VaultError),
}
