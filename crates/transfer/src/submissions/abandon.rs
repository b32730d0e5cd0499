//! Giving up what nobody goes on with, so that the request can be used again; and removing requests that were over long ago.

use std::time::Duration;

use crate::{Service, TransferError, purge::Cause};

/// How long after the last byte: as long as the upload that it belongs to is kept by default.
const IDLE: Duration = Duration::from_secs(24 * 3_600);
/// How long a request is kept once it is over or closed: its user can see what became of it.
const KEPT: Duration = Duration::from_secs(14 * 24 * 3_600);
/// Looked at together.
const BATCH: u64 = 100;

impl Service {
    /// Removes drafts of requests to which nothing has come for 24 hours, and gives the uses back that they took. Uploads
    /// that go on, or could be gone on with, keep theirs.
    ///
    /// # Errors
    /// Those of the stores; what was not reached is left to the next run.
    pub async fn abandon_submissions(&self) -> Result<u64, TransferError> {
        // Read once: a clock that jumps ahead in the middle of a run makes no more of it idle.
        let before = self.now() - IDLE;
        let mut removed = 0;
        loop {
            let idle = self.db().read().await?.idle_submissions(before, BATCH).await?;
            let found = removed;
            for submission in &idle {
                match self.purge_one(submission.tenant_id, submission.id, Cause::Abandoned(before)).await {
                    Ok(()) => removed += 1,
                    // A container that fails keeps nothing of others: what was begun is ended by the next purge.
                    Err(error) => {
                        let error = &error as &dyn std::error::Error;
                        tracing::warn!(transfer = %submission.id, error, "an idle submission is left to a later run");
                    }
                }
            }
            if removed == found || (idle.len() as u64) < BATCH {
                return Ok(removed);
            }
        }
    }

    /// Removes key pairs in whose place others count for a day, and to which nothing is sealed any more.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sweep_key_pairs(&self) -> Result<u64, TransferError> {
        let mut tx = self.db().write().await?;
        let removed = tx.sweep_key_pairs(self.now() - IDLE).await?;
        tx.commit().await?;
        Ok(removed)
    }

    /// Removes requests that were over or closed 14 days ago. What has come in by them stays until its own end.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sweep_requests(&self) -> Result<u64, TransferError> {
        let mut tx = self.db().write().await?;
        let removed = tx.sweep_upload_requests(self.now(), KEPT).await?;
        tx.commit().await?;
        Ok(removed)
    }
}
