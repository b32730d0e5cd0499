//! What can go wrong in running a tenant.

use sealpost_blob::BlobError;
use sealpost_db::DbError;
use sealpost_keys::KeysError;

/// Why a tenant or user could not be made or listed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TenancyError {
    /// The short name or the address is taken.
    #[error("it exists already")]
    AlreadyExists,
    /// The blob store's.
    #[error("blob store: {0}")]
    Blob(#[from] BlobError),
    /// What is stored does not open.
    #[error("a sealed column does not open")]
    Damaged(#[from] sealpost_sealed::Error),
    /// The database's.
    #[error("database: {0}")]
    Db(#[source] DbError),
    /// The vault's or the keyring's.
    #[error("keys: {0}")]
    Keys(#[from] KeysError),
    /// The rules cannot be kept.
    #[error(transparent)]
    Policy(#[from] sealpost_domain::PolicyError),
    /// There is no such tenant or user.
    #[error("not found")]
    NotFound,
}

impl From<DbError> for TenancyError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::AlreadyExists(_) => Self::AlreadyExists,
            error => Self::Db(error),
        }
    }
}
