//! What can go wrong in asking.

use sealpost_db::DbError;

/// Why it cannot be said what a policy says. Whoever asks refuses then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyStoreError {
    /// The database's.
    #[error("database: {0}")]
    Db(#[from] DbError),
    /// The document does not open, or is none.
    #[error("the policy's document is damaged")]
    Damaged,
    /// There is no such tenant, or no such user in it.
    #[error("not found")]
    NotFound,
}

impl From<sealpost_sealed::Error> for PolicyStoreError {
    fn from(_: sealpost_sealed::Error) -> Self {
        Self::Damaged
    }
}
