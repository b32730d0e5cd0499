//! The queue as the runner and the schedule see it: whole transactions, typed jobs.

use std::{fmt, sync::Arc, time::Duration};

use sealpost_db::{Db, DbError, Job as Row, NewJob};
use sealpost_domain::{Clock, Job, JobId, Timestamp};

use crate::lanes;

/// Longer than any job waits. One that is further ahead was queued, or put off, by a clock that has been put back since; it
/// would wait until the clock is there again, and its key would keep every other of its kind out.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// Fills a buffer with random bytes: ids of jobs, and the dice of the waiting times.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// The queue in the database. Cheap to clone.
#[derive(Clone)]
pub struct Queue {
    db: Db,
    clock: Arc<dyn Clock>,
    random: Random,
}

/// A job that is ours until its lease ends.
#[derive(Debug, Clone)]
pub(crate) struct Claimed {
    pub(crate) id: JobId,
    pub(crate) fence: u64,
    pub(crate) kind: String,
    pub(crate) payload: String,
    pub(crate) attempt: u64,
    pub(crate) created_at: Timestamp,
}

impl Queue {
    /// The queue in `db`.
    pub fn new(db: Db, clock: Arc<dyn Clock>, random: Random) -> Self {
        Self { db, clock, random }
    }

    /// Queues a job, due now. While the same job runs, it is begun once more after that; `false`, and nothing is done, while
    /// it waits. What waits further ahead than any job can is due now, too.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn enqueue(&self, job: &Job) -> Result<bool, DbError> {
        let now = self.clock.now();
        let mut random = [0; 10];
        (self.random)(&mut random);
        let payload = serde_json::to_string(job).expect("ids are JSON");
        let new = NewJob {
            id: JobId::new(now, random),
            kind: job.kind(),
            payload: &payload,
            dedupe_key: Some(&job.dedupe_key()),
            run_at: now,
            created_at: now,
        };
        let mut tx = self.db.write().await?;
        if tx.bring_forward(now, now + LONGEST_WAIT).await? > 0 {
            tracing::warn!("jobs were waiting for a time to which the clock has been put back");
        }
        let queued = tx.enqueue(&new).await?;
        tx.commit().await?;
        Ok(queued)
    }

    /// Claims jobs of these kinds, for as long as `lease`. Every claim counts as an attempt.
    pub(crate) async fn claim(
        &self,
        kinds: &[&str],
        lease: Duration,
        limit: usize,
    ) -> Result<Vec<Claimed>, DbError> {
        let now = self.clock.now();
        // An idle node only reads: a write, even of nothing, would stand in line with the uploads.
        if self.db.read().await?.next_job_at().await?.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        let mut tx = self.db.write().await?;
        let rows = tx.claim_jobs(now, now + lease, limit as u64, kinds).await?;
        tx.commit().await?;
        Ok(rows.into_iter().map(Claimed::from).collect())
    }

    pub(crate) async fn renew(&self, claimed: &Claimed, lease: Duration) -> Result<bool, DbError> {
        let lease_end = self.clock.now() + lease;
        let mut tx = self.db.write().await?;
        let ours = tx.renew_job(claimed.id, claimed.fence, lease_end).await?;
        tx.commit().await?;
        Ok(ours)
    }

    pub(crate) async fn settle(&self, claimed: &Claimed, end: &End) -> Result<bool, DbError> {
        let (id, fence, now) = (claimed.id, claimed.fence, self.clock.now());
        let mut tx = self.db.write().await?;
        let ours = match end {
            End::Done => {
                let ours = tx.complete_job(id, fence).await?;
                if ours && lanes::OTHERS.contains(&claimed.kind.as_str()) {
                    tx.note_job_run(&claimed.kind, now).await?;
                }
                ours
            }
            End::Again { wait, error } => tx.retry_job(id, fence, now + *wait, error).await?,
            End::Failed { error } => tx.fail_job(id, fence, now, error).await?,
            End::BrokenOff => tx.give_back_job(id, fence).await?,
        };
        tx.commit().await?;
        Ok(ours)
    }

    pub(crate) const fn db(&self) -> &Db {
        &self.db
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn dice(&self) -> u32 {
        let mut random = [0; 4];
        (self.random)(&mut random);
        u32::from_ne_bytes(random)
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("db", &self.db).field("clock", &self.clock).finish_non_exhaustive()
    }
}

/// What becomes of a job after an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    Done,
    Again {
        wait: Duration,
        error: String,
    },
    Failed {
        error: String,
    },
    /// Its worker stops: another begins it again.
    BrokenOff,
}

impl From<Row> for Claimed {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            fence: row.fence,
            kind: row.kind,
            payload: row.payload,
            attempt: row.attempts,
            created_at: row.created_at,
        }
    }
}
