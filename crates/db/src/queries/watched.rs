//! What operators watch, of all tenants together.

use sealpost_domain::Timestamp;

use crate::{conn::Conn, error::DbError, row::rows, sql::statements, value::binds};

rows! {
    /// What waits in the queue of one kind of jobs.
    pub struct QueuedKind {
        /// The kind.
        pub kind: String,
        /// Jobs that wait or run.
        pub waiting: u64,
        /// Those whose time has come.
        pub due: u64,
        /// Since when the oldest of them that nobody runs has been due.
        pub oldest_due: Option<Timestamp>,
        /// Jobs that were given up.
        pub given_up: u64,
    }
}

statements! {
    QUEUE = "SELECT kind, COUNT(*) - COUNT(failed_at) AS waiting, \
        COUNT(CASE WHEN failed_at IS NULL AND run_at <= $1 THEN 1 END) AS due, \
        MIN(CASE WHEN failed_at IS NULL AND run_at <= $1 AND leased_until <= $1 THEN run_at END) AS oldest_due, \
        COUNT(failed_at) AS given_up FROM jobs GROUP BY kind ORDER BY kind";
    PAST_END = "SELECT COUNT(*) AS value FROM (SELECT 1 FROM transfers WHERE expires_at <= $1 LIMIT $2) AS counted";
    VERSION = {
        postgres: "SELECT current_setting('server_version') AS value",
        sqlite: "SELECT sqlite_version() AS value",
    };
    CLOCK = {
        postgres: "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) AS value",
        sqlite: "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) AS value",
    };
    ENTRIES = "SELECT CAST(COALESCE(SUM(seq), 0) AS BIGINT) AS value FROM audit_heads";
}

impl Conn {
    /// What waits in the queue at `now`, by kind.
    pub async fn queue_by_kind(&mut self, now: Timestamp) -> Result<Vec<QueuedKind>, DbError> {
        self.all(&QUEUE, binds![now]).await
    }

    /// How many transfers of all tenants are there although their time was over at `by`; counted to `most`.
    pub async fn overdue_purges(&mut self, by: Timestamp, most: u64) -> Result<u64, DbError> {
        self.one(&PAST_END, binds![by, most]).await
    }

    /// Which version of the engine this is.
    pub async fn engine_version(&mut self) -> Result<String, DbError> {
        self.one(&VERSION, binds![]).await
    }

    /// What time it is where the database is; SQLite has the clock of this machine.
    pub async fn engine_clock(&mut self) -> Result<Timestamp, DbError> {
        self.one(&CLOCK, binds![]).await
    }

    /// How many entries were ever written into the audit logs of all tenants that are there.
    pub async fn audit_entries_ever(&mut self) -> Result<u64, DbError> {
        self.one(&ENTRIES, binds![]).await
    }
}
