//! How far copies are behind, for operators.

use sealpost_domain::Timestamp;

use crate::{Service, TransferError};

/// How far a store's copies are behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyStatus {
    /// The store.
    pub store: String,
    /// What it is: `replica` or `offsite`.
    pub role: String,
    /// Transfers and tenants whose copies are behind.
    pub pending: u64,
    /// Since when the one that waits longest does; `None` if that is seconds.
    pub oldest_at: Option<Timestamp>,
    /// How many of them could not be copied the last time.
    pub failed: u64,
    /// Why not, of one of them: no personal data.
    pub last_error: Option<String>,
}

impl Service {
    /// How far each store is behind that has copies; nothing if none has. What has changed within the last seconds is counted,
    /// and since when it waits is not known yet.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn replication_status(&self) -> Result<Vec<CopyStatus>, TransferError> {
        let found = self.db().read().await?.replication_status().await?;
        let status = found.into_iter().map(|found| CopyStatus {
            store: found.store,
            role: found.role,
            pending: found.pending,
            oldest_at: found.oldest_at,
            failed: found.failed,
            last_error: found.last_error,
        });
        Ok(status.collect())
    }
}
