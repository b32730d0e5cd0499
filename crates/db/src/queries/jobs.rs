//! The queue.
//!
//! A job is enqueued in the transaction of the change that wants it. A worker claims it for a time; if he
//! dies, another claims it with a higher fence, and the first one, should he only have slept, can end it no
//! more. So a job may be begun twice: every job is idempotent.
//!
//! What wants a job that is running at that moment may have come too late for it: it may have looked before. So the row
//! notes that it is wanted again (`again_id`, `again_at`), and becomes that next job when it has ended.

use sealpost_domain::{JobId, Timestamp};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    queries::LONGEST_LEASE,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A queued job.
    pub struct Job {
        /// Its id.
        pub id: JobId,
        /// Which job it is.
        pub kind: String,
        /// What it is about: JSON, ids only.
        pub payload: String,
        /// While it is queued, no other with this key can be: it is wanted again instead.
        pub dedupe_key: Option<String>,
        /// When it is due.
        pub run_at: Timestamp,
        /// How often it was begun.
        pub attempts: u64,
        /// Grows with every claim.
        pub fence: u64,
        /// Until when it belongs to the worker with this fence.
        pub leased_until: Timestamp,
        /// Why it failed last.
        pub last_error: Option<String>,
        /// When it was given up.
        pub failed_at: Option<Timestamp>,
        /// When it was enqueued.
        pub created_at: Timestamp,
    }
}

/// A job to enqueue.
#[derive(Debug, Clone, Copy)]
pub struct NewJob<'a> {
    /// Its id.
    pub id: JobId,
    /// Which job it is: a word of letters, digits, `_` and `-`.
    pub kind: &'a str,
    /// What it is about: JSON, ids only, never personal data or secrets.
    pub payload: &'a str,
    /// With a key, it is not enqueued while another with the same key waits; while one runs, it follows that one.
    pub dedupe_key: Option<&'a str>,
    /// When it is due.
    pub run_at: Timestamp,
    /// Now.
    pub created_at: Timestamp,
}

macro_rules! columns {
    () => {
        "id, kind, payload, dedupe_key, run_at, attempts, fence, leased_until, last_error, failed_at, created_at"
    };
}

/// Chosen first and once: a subquery in `IN` PostgreSQL may ask again for every row, and it then locks others, past the limit.
macro_rules! claim {
    ($of_kind:literal, $lock:literal) => {
        concat!(
            "WITH chosen AS MATERIALIZED (SELECT id FROM jobs \
             WHERE failed_at IS NULL AND run_at <= $1 AND (leased_until <= $1 OR leased_until > $5) AND ($4 = '' OR ",
            $of_kind,
            ") ORDER BY run_at, id LIMIT $3",
            $lock,
            ") UPDATE jobs SET fence = fence + 1, attempts = attempts + 1, leased_until = $2 \
             WHERE id IN (SELECT id FROM chosen) RETURNING ",
            columns!()
        )
    };
}

statements! {
    ENQUEUE = "INSERT INTO jobs (id, kind, payload, dedupe_key, run_at, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (dedupe_key) DO UPDATE SET again_id = excluded.id, again_at = excluded.run_at \
        WHERE jobs.leased_until > 0 AND jobs.again_id IS NULL";
    BRING_FORWARD = "UPDATE jobs SET run_at = $1 WHERE failed_at IS NULL AND run_at > $2";
    CLAIM = {
        postgres: claim!("kind = ANY(string_to_array($4, ','))", " FOR UPDATE SKIP LOCKED"),
        sqlite: claim!("instr(',' || $4 || ',', ',' || kind || ',') > 0", ""),
    };
    RENEW = "UPDATE jobs SET leased_until = $3 WHERE id = $1 AND fence = $2 AND failed_at IS NULL";
    /// Whatever ends a job asks for `again_id` itself: somebody may want it again at this very moment.
    COMPLETE = "DELETE FROM jobs WHERE id = $1 AND fence = $2 AND failed_at IS NULL AND again_id IS NULL";
    /// Another id, because mails are named after their job, and this one is another mail.
    AGAIN = "UPDATE jobs SET id = again_id, run_at = again_at, created_at = again_at, attempts = 0, leased_until = 0, \
        last_error = $3, again_id = NULL, again_at = NULL \
        WHERE id = $1 AND fence = $2 AND failed_at IS NULL AND again_id IS NOT NULL";
    RETRY = "UPDATE jobs SET run_at = $3, last_error = $4, leased_until = 0 \
        WHERE id = $1 AND fence = $2 AND failed_at IS NULL";
    /// Another fence: who gave it back must not come to its end.
    GIVE_BACK = "UPDATE jobs SET leased_until = 0, fence = fence + 1, attempts = attempts - 1 \
        WHERE id = $1 AND fence = $2 AND failed_at IS NULL AND attempts > 0";
    /// Given up, it gives its key free: it must not keep the next one from being enqueued.
    FAIL = "UPDATE jobs SET failed_at = $3, last_error = $4, leased_until = 0, dedupe_key = NULL \
        WHERE id = $1 AND fence = $2 AND failed_at IS NULL AND again_id IS NULL";
    REVIVE = "UPDATE jobs SET failed_at = NULL, run_at = $2, attempts = 0, dedupe_key = $3 \
        WHERE id = $1 AND failed_at IS NOT NULL \
        AND NOT EXISTS (SELECT 1 FROM jobs queued WHERE queued.dedupe_key = $3)";
    DISCARD = "DELETE FROM jobs WHERE id = $1 AND failed_at IS NOT NULL";
    BY_ID = ["SELECT ", columns!(), " FROM jobs WHERE id = $1"];
    PENDING = "SELECT COUNT(*) AS value FROM jobs WHERE failed_at IS NULL";
    NEXT = "SELECT run_at AS value FROM jobs WHERE failed_at IS NULL ORDER BY run_at LIMIT 1";
    QUEUED = ["SELECT ", columns!(), " FROM jobs WHERE failed_at IS NULL ORDER BY run_at, id LIMIT $1"];
    FAILED_COUNT = "SELECT COUNT(*) AS value FROM jobs WHERE failed_at IS NOT NULL";
    FAILED = ["SELECT ", columns!(), " FROM jobs WHERE failed_at IS NOT NULL ORDER BY failed_at DESC, id LIMIT $1"];
}

impl Conn {
    /// How many jobs wait or run.
    pub async fn pending_jobs(&mut self) -> Result<u64, DbError> {
        self.one(&PENDING, &[]).await
    }

    /// When the earliest job is or was due, running ones included; `None` if there is none.
    pub async fn next_job_at(&mut self) -> Result<Option<Timestamp>, DbError> {
        self.optional(&NEXT, &[]).await
    }

    /// The job with this id, queued or given up.
    pub async fn job(&mut self, id: JobId) -> Result<Option<Job>, DbError> {
        self.optional(&BY_ID, binds![id]).await
    }

    /// Jobs that wait or run, earliest due first.
    pub async fn queued_jobs(&mut self, limit: u64) -> Result<Vec<Job>, DbError> {
        self.all(&QUEUED, binds![limit]).await
    }

    /// How many jobs were given up.
    pub async fn failed_job_count(&mut self) -> Result<u64, DbError> {
        self.one(&FAILED_COUNT, &[]).await
    }

    /// Jobs that were given up, latest first.
    pub async fn failed_jobs(&mut self, limit: u64) -> Result<Vec<Job>, DbError> {
        self.all(&FAILED, binds![limit]).await
    }
}

impl Tx {
    /// Enqueues a job; if one with its key is running, it is begun once more after that. `false`, and nothing is done, if
    /// one with its key waits or is wanted again already. A waiting one stays untouched by others until this transaction
    /// ends, so it sees the change that wants it.
    pub async fn enqueue(&mut self, j: &NewJob<'_>) -> Result<bool, DbError> {
        let row = binds![j.id, j.kind, j.payload, j.dedupe_key, j.run_at, j.created_at];
        self.changes(&ENQUEUE, row).await
    }

    /// Makes every job that waits until after `horizon` due at `now`, and says how many those were: nobody queues one so
    /// far ahead, so the clock has been put back since.
    pub async fn bring_forward(&mut self, now: Timestamp, horizon: Timestamp) -> Result<u64, DbError> {
        self.execute(&BRING_FORWARD, binds![now, horizon]).await
    }

    /// Claims up to `limit` jobs that are due at `now` and nobody's, until `lease_end`; of `kinds`, or of all
    /// kinds if that is empty. Earliest due first. Commit before running them. A lease that ends more than an hour after
    /// `now` binds nobody: it was taken by a clock that has been put back since.
    pub async fn claim_jobs(
        &mut self,
        now: Timestamp,
        lease_end: Timestamp,
        limit: u64,
        kinds: &[&str],
    ) -> Result<Vec<Job>, DbError> {
        let (kinds, horizon) = (kinds.join(","), now + LONGEST_LEASE);
        let mut jobs: Vec<Job> = self.all(&CLAIM, binds![now, lease_end, limit, &kinds, horizon]).await?;
        jobs.sort_unstable_by_key(|job| (job.run_at, job.id));
        Ok(jobs)
    }

    /// A longer lease. `false` if another worker has the job or it is gone: then stop.
    pub async fn renew_job(&mut self, id: JobId, fence: u64, lease_end: Timestamp) -> Result<bool, DbError> {
        self.changes(&RENEW, binds![id, fence, lease_end]).await
    }

    /// The job is done and goes, or becomes the next one if it is wanted again. `false` if another worker has it.
    pub async fn complete_job(&mut self, id: JobId, fence: u64) -> Result<bool, DbError> {
        Ok(self.changes(&COMPLETE, binds![id, fence]).await? || self.begin_again(id, fence, None).await?)
    }

    /// The job failed and is due again at `run_at`. `error` is for the operator: no personal data. `false` if
    /// another worker has it.
    pub async fn retry_job(
        &mut self,
        id: JobId,
        fence: u64,
        run_at: Timestamp,
        error: &str,
    ) -> Result<bool, DbError> {
        self.changes(&RETRY, binds![id, fence, run_at, error]).await
    }

    /// The job was broken off by who had claimed it: it is due for anybody at once, and the attempt does not count.
    /// `false` if another worker has it.
    pub async fn give_back_job(&mut self, id: JobId, fence: u64) -> Result<bool, DbError> {
        self.changes(&GIVE_BACK, binds![id, fence]).await
    }

    /// The job is given up; its row stays for the operator. If it is wanted again it becomes the next one instead, which
    /// has the same to do and more. `false` if another worker has it.
    pub async fn fail_job(
        &mut self,
        id: JobId,
        fence: u64,
        at: Timestamp,
        error: &str,
    ) -> Result<bool, DbError> {
        let failed = self.changes(&FAIL, binds![id, fence, at, error]).await?;
        Ok(failed || self.begin_again(id, fence, Some(error)).await?)
    }

    async fn begin_again(&mut self, id: JobId, fence: u64, error: Option<&str>) -> Result<bool, DbError> {
        self.changes(&AGAIN, binds![id, fence, error]).await
    }

    /// Queues a job again that was given up, with its key, which it had lost by that. `false`, and nothing is done, if it
    /// was not given up, or another with the key is queued.
    pub async fn revive_job(
        &mut self,
        id: JobId,
        dedupe_key: Option<&str>,
        run_at: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&REVIVE, binds![id, run_at, dedupe_key]).await
    }

    /// Removes a job that was given up. `false` if it was not.
    pub async fn discard_job(&mut self, id: JobId) -> Result<bool, DbError> {
        self.changes(&DISCARD, binds![id]).await
    }
}
