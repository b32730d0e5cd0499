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
    /// The vault's root key is not the one that the keyring belongs to.
    #[error(
        "the keyring belongs to the root key {wanted}, which this vault does not have: its root key is {configured}. \
         Correct `[vault]`, or bring the root key {wanted} back, and start again; nothing was changed \
         (docs/keys.md, \"Another root key\")"
    )]
    ForeignRootKey {
        /// The one in the vault.
        configured: String,
        /// The one that is missing.
        wanted: String,
        /// How the vault refused.
        source: VaultError,
    },
    /// There is no such version of the root key.
    #[error("the root key has no version {name}; it has {known}")]
    NoVersion {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A version of the root key cannot go.
    #[error(
        "{number} keys are still wrapped under {id}: the service wraps them anew by itself, some minutes after a rotation; \
         `sealpost keys status` shows how far it is"
    )]
    StillWrapped {
        /// The version.
        id: String,
        /// How many.
        number: u64,
    },
    /// The keyring's.
    #[error("keyring: {0}")]
    Keyring(#[from] DbError),
    /// The vault's.
    #[error("vault: {0}")]
    Vault(#[from] VaultError),
}
