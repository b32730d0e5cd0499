//! Jobs that were given up, begun anew because an operator says so.

use sealpost_db::DbError;
use sealpost_domain::{Job, JobId};

use crate::Queue;

/// What became of a job that was to be begun anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retried {
    /// It is queued, and due now.
    Queued,
    /// The same is queued already, by whoever wanted it since: that does it, and this one is gone.
    QueuedSince,
    /// There is no such job that was given up.
    Unknown,
}

impl Queue {
    /// Begins a job anew that was given up, with all its attempts before it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn retry(&self, id: JobId) -> Result<Retried, DbError> {
        let mut tx = self.db().write().await?;
        let Some(row) = tx.job(id).await?.filter(|row| row.failed_at.is_some()) else {
            return Ok(Retried::Unknown);
        };
        // What cannot be read has no key, and is given up again.
        let key = serde_json::from_str(&row.payload).ok().map(|job: Job| job.dedupe_key());
        let retried = if tx.revive_job(id, key.as_deref(), self.now()).await? {
            Retried::Queued
        } else {
            tx.discard_job(id).await?;
            Retried::QueuedSince
        };
        tx.commit().await?;
        Ok(retried)
    }
}
