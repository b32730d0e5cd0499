//! What is due to go, what is late, and what went: for those of a tenant who answer for it. Everything is counted to a bound,
//! by an index, so that it takes as long with a million transfers as with ten.

use sealpost_domain::{Epoch, TenantId, Timestamp, TransferId, TransferState};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A transfer and its end.
    pub struct TransferEnd {
        /// Which.
        pub id: TransferId,
        /// When its time is over.
        pub expires_at: Timestamp,
    }

    /// Uploads of a tenant that are no files yet.
    pub struct UnfinishedUploads {
        /// How many.
        pub uploads: u64,
        /// What is stored of them, in bytes of plaintext.
        pub bytes: u64,
        /// When the first of them is given up.
        pub next_end: Option<Timestamp>,
    }

    /// What was purged in a day.
    pub struct PurgeDay {
        /// The day of the purges.
        pub day: Epoch,
        /// Transfers whose time was over.
        pub expired: u64,
        /// Transfers that went before.
        pub deleted: u64,
        /// Their files.
        pub files: u64,
        /// Their bytes.
        pub bytes: u64,
        /// The longest time from an end to its purge, in milliseconds.
        pub longest_delay: u64,
    }

    /// A job of the clock's.
    pub struct JobRun {
        /// Which.
        pub kind: String,
        /// When it was done last.
        pub done_at: Timestamp,
        /// Whether its latest attempt has failed, and it waits for the next.
        pub failing: bool,
    }

    /// What the last look through a tenant's whole container has found.
    pub struct StoreCheck {
        /// When.
        pub at: Timestamp,
        /// Objects.
        pub seen: u64,
        /// Those that belonged to nothing and were removed.
        pub removed: u64,
        /// Those whose names are none of the service's.
        pub unknown: u64,
    }
}

statements! {
    OF_STATE = "SELECT COUNT(*) AS value FROM (SELECT 1 FROM transfers WHERE tenant_id = $1 AND state = $2 LIMIT $3) AS counted";
    NEXT_END = "SELECT id, expires_at FROM transfers WHERE tenant_id = $1 AND expires_at > $2 \
        AND purge_started_at IS NULL ORDER BY expires_at, id LIMIT 1";
    PAST_END = "SELECT COUNT(*) AS value FROM (SELECT 1 FROM transfers WHERE tenant_id = $1 AND expires_at <= $2 LIMIT $3) AS counted";
    FIRST_PAST_END = "SELECT id, expires_at FROM transfers WHERE tenant_id = $1 AND expires_at <= $2 \
        ORDER BY expires_at, id LIMIT 1";
    FIRST_PURGE_BEGUN = "SELECT purge_started_at AS value FROM transfers WHERE tenant_id = $1 \
        AND purge_started_at IS NOT NULL ORDER BY purge_started_at LIMIT 1";
    UNFINISHED = "SELECT COUNT(*) AS uploads, CAST(COALESCE(SUM(received), 0) AS BIGINT) AS bytes, \
        MIN(expires_at) AS next_end FROM (SELECT received, expires_at FROM uploads \
        WHERE tenant_id = $1 AND state <> 'joined' LIMIT $2) AS counted";
    LEFTOVERS = "SELECT COUNT(*) AS value FROM (SELECT 1 FROM removed_uploads WHERE tenant_id = $1 LIMIT $2) AS counted";
    PURGE_DAYS = "SELECT day, expired, deleted, files, bytes, longest_delay FROM purge_days \
        WHERE tenant_id = $1 AND day >= $2 ORDER BY day";
    COUNT_PURGES = "INSERT INTO purge_days (tenant_id, day, expired, deleted, files, bytes, longest_delay) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, day) DO UPDATE SET \
        expired = purge_days.expired + excluded.expired, deleted = purge_days.deleted + excluded.deleted, \
        files = purge_days.files + excluded.files, bytes = purge_days.bytes + excluded.bytes, \
        longest_delay = CASE WHEN purge_days.longest_delay < excluded.longest_delay \
        THEN excluded.longest_delay ELSE purge_days.longest_delay END";
    RUNS = "SELECT r.kind, r.done_at, EXISTS (SELECT 1 FROM jobs j WHERE j.dedupe_key = r.kind AND j.last_error IS NOT NULL) \
        AS failing FROM job_runs r ORDER BY r.kind";
    NOTE_RUN = "INSERT INTO job_runs (kind, done_at) VALUES ($1, $2) \
        ON CONFLICT (kind) DO UPDATE SET done_at = excluded.done_at";
    CHECK = "SELECT at, seen, removed, unknown FROM store_checks WHERE tenant_id = $1";
    NOTE_CHECK = "INSERT INTO store_checks (tenant_id, at, seen, removed, unknown) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (tenant_id) DO UPDATE SET at = excluded.at, seen = excluded.seen, removed = excluded.removed, \
        unknown = excluded.unknown";
    FIRST_ENTRY = "SELECT at AS value FROM audit WHERE tenant_id = $1 ORDER BY seq LIMIT 1";
}

impl Conn {
    /// How many of the tenant's transfers are of this state, by their rows; counted to `most`.
    pub async fn count_transfers(
        &mut self,
        tenant: TenantId,
        state: TransferState,
        most: u64,
    ) -> Result<u64, DbError> {
        self.one(&OF_STATE, binds![tenant, state, most]).await
    }

    /// Which of the tenant's transfers ends next after `now`.
    pub async fn next_end(
        &mut self,
        tenant: TenantId,
        now: Timestamp,
    ) -> Result<Option<TransferEnd>, DbError> {
        self.optional(&NEXT_END, binds![tenant, now]).await
    }

    /// How many of the tenant's transfers are there although their time was over at `now`, counted to `most`, and the one
    /// whose time was over first.
    pub async fn past_end(
        &mut self,
        tenant: TenantId,
        now: Timestamp,
        most: u64,
    ) -> Result<(u64, Option<TransferEnd>), DbError> {
        let count = self.one(&PAST_END, binds![tenant, now, most]).await?;
        Ok((count, self.optional(&FIRST_PAST_END, binds![tenant, now]).await?))
    }

    /// When the first of the purges of the tenant was begun that are not finished.
    pub async fn first_purge_begun(&mut self, tenant: TenantId) -> Result<Option<Timestamp>, DbError> {
        self.optional(&FIRST_PURGE_BEGUN, binds![tenant]).await
    }

    /// The tenant's uploads that are no files yet; of `most` of them, if there are more.
    pub async fn unfinished_uploads(
        &mut self,
        tenant: TenantId,
        most: u64,
    ) -> Result<UnfinishedUploads, DbError> {
        self.one(&UNFINISHED, binds![tenant, most]).await
    }

    /// How many files and uploads were taken out of the tenant's drafts whose objects may still be there; counted to `most`.
    pub async fn count_leftovers(&mut self, tenant: TenantId, most: u64) -> Result<u64, DbError> {
        self.one(&LEFTOVERS, binds![tenant, most]).await
    }

    /// What was purged of the tenant's since this day, by day; days without anything are left out.
    pub async fn purge_days(&mut self, tenant: TenantId, from: Epoch) -> Result<Vec<PurgeDay>, DbError> {
        self.all(&PURGE_DAYS, binds![tenant, from]).await
    }

    /// When the clock's jobs were done last, for all tenants together.
    pub async fn job_runs(&mut self) -> Result<Vec<JobRun>, DbError> {
        self.all(&RUNS, binds![]).await
    }

    /// What the last look through the tenant's whole container has found; `None` before the first.
    pub async fn store_check(&mut self, tenant: TenantId) -> Result<Option<StoreCheck>, DbError> {
        self.optional(&CHECK, binds![tenant]).await
    }

    /// When the first entry of the tenant's audit log was written of those that are still there.
    pub async fn first_audit_entry_at(&mut self, tenant: TenantId) -> Result<Option<Timestamp>, DbError> {
        self.optional(&FIRST_ENTRY, binds![tenant]).await
    }
}

impl Tx {
    /// Adds purges to those of their day.
    pub async fn count_purges(&mut self, tenant: TenantId, purges: &PurgeDay) -> Result<(), DbError> {
        let PurgeDay { day, expired, deleted, files, bytes, longest_delay } = *purges;
        let row = binds![tenant, day, expired, deleted, files, bytes, longest_delay];
        self.execute(&COUNT_PURGES, row).await.map(drop)
    }

    /// Notes that a job of the clock's is done.
    pub async fn note_job_run(&mut self, kind: &str, at: Timestamp) -> Result<(), DbError> {
        self.execute(&NOTE_RUN, binds![kind, at]).await.map(drop)
    }

    /// Notes what a look through the tenant's whole container has found.
    pub async fn note_store_check(&mut self, tenant: TenantId, check: &StoreCheck) -> Result<(), DbError> {
        let StoreCheck { at, seen, removed, unknown } = *check;
        self.execute(&NOTE_CHECK, binds![tenant, at, seen, removed, unknown]).await.map(drop)
    }
}
