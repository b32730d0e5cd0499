//! What a node finds when it starts after another has died.

use sealpost_db::Engine;

use crate::{Service, TransferError};

impl Service {
    /// Frees the uploads that a dead process was writing, so that their senders need not wait for its leases to end.
    ///
    /// Only on SQLite, where there is one node: on PostgreSQL the leases may belong to others that live.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn take_over(&self) -> Result<u64, TransferError> {
        if self.db().engine() != Engine::Sqlite {
            return Ok(0);
        }
        let mut tx = self.db().write().await?;
        let freed = tx.release_all_uploads().await?;
        tx.commit().await?;
        Ok(freed)
    }
}
