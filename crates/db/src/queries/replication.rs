//! What is to be copied to which store.
//!
//! Triggers write `replication_changes` wherever a row changes that a copy has, so that no code path can forget it. The job
//! that copies takes them over into `replication_due`, a row for each store that is to have a copy, and claims those: with a
//! claim of its own each time, so that whoever comes late ends nothing that another has begun.

use std::{collections::BTreeMap, time::Duration};

use sealpost_domain::{TenantId, Timestamp, TransferId};
use uuid::Uuid;

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    queries::LONGEST_LEASE,
    row::rows,
    sql::statements,
    value::binds,
};

/// How long a tenant's own record waits for more to change: it holds all his users.
const TENANT_REST: Duration = Duration::from_secs(60);

rows! {
    /// A store that is to have copies.
    pub struct ReplicationTarget {
        /// Its name.
        pub store: String,
        /// What it is to those whose copies it has: `replica` or `offsite`.
        pub role: String,
        /// The number of the schema whose rows are in the records there.
        pub schema: u64,
        /// Since when.
        pub since: Timestamp,
        /// When it was last found in a configuration.
        pub seen_at: Timestamp,
    }

    /// Something whose copy is behind.
    pub struct ReplicationDue {
        /// A transfer, or the tenant himself.
        pub subject_id: Uuid,
        /// Where the copy is.
        pub store: String,
        /// Whose it is.
        pub tenant_id: TenantId,
        /// Whether files have come or gone, or the record alone is to be renewed.
        pub parts: bool,
        /// Grows with everything that changes.
        pub changes: u64,
        /// Since when the copy is behind.
        pub changed_at: Timestamp,
        /// How often in a row it could not be copied.
        pub attempts: u64,
    }

    /// How far a store's copies are behind.
    pub struct ReplicationStatus {
        /// The store.
        pub store: String,
        /// What it is: `replica` or `offsite`.
        pub role: String,
        /// Transfers and tenants whose copies are behind.
        pub pending: u64,
        /// Since when the one that waits longest does; `None` if nothing waits but what has changed within the last seconds.
        pub oldest_at: Option<Timestamp>,
        /// How many of them could not be copied the last time.
        pub failed: u64,
        /// Why not, of one of them: no personal data.
        pub last_error: Option<String>,
    }

    /// A change, as a trigger has noted it.
    #[expect(unreachable_pub, reason = "the macro makes rows public; this one stays here")]
    pub struct Changed {
        /// A transfer, or the tenant himself.
        pub subject_id: Uuid,
        /// Whose it is.
        pub tenant_id: TenantId,
        /// Whether files have come or gone.
        pub parts: bool,
    }
}

impl ReplicationDue {
    /// The transfer; `None`: it is the tenant's own record.
    pub fn transfer(&self) -> Option<TransferId> {
        (self.subject_id != self.tenant_id.as_uuid()).then(|| self.subject_id.into())
    }
}

/// Chosen first and once: a subquery in `IN` PostgreSQL may ask again for every row, and it then locks others, past the limit.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "WITH chosen AS MATERIALIZED (SELECT subject_id, store FROM replication_due \
             WHERE next_at <= $2 AND (leased_until <= $2 OR leased_until > $5) ORDER BY next_at LIMIT $4",
            $lock,
            ") UPDATE replication_due SET claim = $1, leased_until = $3 \
             WHERE (subject_id, store) IN (SELECT subject_id, store FROM chosen) \
             RETURNING subject_id, store, tenant_id, parts, changes, changed_at, attempts"
        )
    };
}

statements! {
    TARGETS = "SELECT store, role, schema, since, seen_at FROM replication_targets ORDER BY store";
    CONTAINERS = "SELECT container AS value FROM tenants";
    PUT_TARGET = "INSERT INTO replication_targets (store, role, schema, since, seen_at) VALUES ($1, $2, $3, $4, $4) \
        ON CONFLICT (store) DO UPDATE SET role = excluded.role, schema = excluded.schema, seen_at = excluded.seen_at";
    DROP_TARGET = "DELETE FROM replication_targets WHERE store = $1";
    DROP_CHANGES = "DELETE FROM replication_changes WHERE NOT EXISTS (SELECT 1 FROM replication_targets)";
    ALL_TRANSFERS = {
        postgres: "INSERT INTO replication_due (subject_id, store, tenant_id, parts, changed_at, next_at) \
            SELECT id, CAST($1 AS TEXT), tenant_id, true, CAST($2 AS BIGINT), CAST($2 AS BIGINT) FROM transfers \
            WHERE purge_started_at IS NULL ON CONFLICT (subject_id, store) DO UPDATE SET parts = true, changes = replication_due.changes + 1",
        sqlite: "INSERT INTO replication_due (subject_id, store, tenant_id, parts, changed_at, next_at) \
            SELECT id, $1, tenant_id, true, $2, $2 FROM transfers \
            WHERE purge_started_at IS NULL ON CONFLICT (subject_id, store) DO UPDATE SET parts = true, changes = replication_due.changes + 1",
    };
    ALL_TENANTS = {
        postgres: "INSERT INTO replication_due (subject_id, store, tenant_id, parts, changed_at, next_at) \
            SELECT id, CAST($1 AS TEXT), id, false, CAST($2 AS BIGINT), CAST($2 AS BIGINT) FROM tenants \
            WHERE true ON CONFLICT (subject_id, store) DO UPDATE SET changes = replication_due.changes + 1",
        sqlite: "INSERT INTO replication_due (subject_id, store, tenant_id, parts, changed_at, next_at) \
            SELECT id, $1, id, false, $2, $2 FROM tenants \
            WHERE true ON CONFLICT (subject_id, store) DO UPDATE SET changes = replication_due.changes + 1",
    };
    WAITS = "SELECT EXISTS (SELECT 1 FROM replication_changes) OR EXISTS (SELECT 1 FROM replication_due \
        WHERE next_at <= $1 AND (leased_until <= $1 OR leased_until > $2)) AS value";
    TAKE_CHANGES = {
        postgres: "DELETE FROM replication_changes WHERE (subject_id, change, parts) IN (SELECT subject_id, change, parts \
            FROM replication_changes LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING subject_id, tenant_id, parts",
        sqlite: "DELETE FROM replication_changes WHERE (subject_id, change, parts) IN (SELECT subject_id, change, parts \
            FROM replication_changes LIMIT $1) RETURNING subject_id, tenant_id, parts",
    };
    PUT_DUE = "INSERT INTO replication_due (subject_id, store, tenant_id, parts, changed_at, next_at) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (subject_id, store) \
        DO UPDATE SET changes = replication_due.changes + 1, parts = (replication_due.parts OR excluded.parts)";
    CLAIM = { postgres: claim!(" FOR UPDATE SKIP LOCKED"), sqlite: claim!("") };
    RENEW_CLAIM = "UPDATE replication_due SET leased_until = $4 WHERE subject_id = $1 AND store = $2 AND claim = $3";
    COPIED = "DELETE FROM replication_due WHERE subject_id = $1 AND store = $2 AND claim = $3 AND changes = $4";
    COPIED_IN_PART = "UPDATE replication_due SET claim = NULL, leased_until = 0, attempts = 0, last_error = NULL, \
        changed_at = $4, next_at = $4 WHERE subject_id = $1 AND store = $2 AND claim = $3";
    GO_ON_LATER = "UPDATE replication_due SET claim = NULL, leased_until = 0, next_at = $4 \
        WHERE subject_id = $1 AND store = $2 AND claim = $3";
    NOT_COPIED = "UPDATE replication_due SET claim = NULL, leased_until = 0, attempts = attempts + 1, next_at = $4, last_error = $5 \
        WHERE subject_id = $1 AND store = $2 AND claim = $3";
    /// What no waiting brings back is not what a store is behind with.
    NOTHING_TO_COPY = "UPDATE replication_due SET changed_at = $3 WHERE subject_id = $1 AND store = $2";
    STATUS = "SELECT t.store, t.role, \
        COUNT(d.subject_id) + (SELECT COUNT(DISTINCT c.subject_id) FROM replication_changes c) AS pending, MIN(d.changed_at) AS oldest_at, \
        CAST(COALESCE(SUM(CASE WHEN d.attempts > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS failed, \
        MAX(d.last_error) AS last_error \
        FROM replication_targets t LEFT JOIN replication_due d ON d.store = t.store GROUP BY t.store, t.role ORDER BY t.store";
    WITH_ALL_FILES = "SELECT t.store AS value FROM replication_targets t \
        WHERE NOT EXISTS (SELECT 1 FROM replication_changes c WHERE c.subject_id = $1 AND c.parts) \
        AND NOT EXISTS (SELECT 1 FROM replication_due d WHERE d.subject_id = $1 AND d.store = t.store AND d.parts) \
        ORDER BY t.store";
    OLDEST_OF_ROLE = "SELECT MIN(d.changed_at) AS value FROM replication_targets t JOIN replication_due d ON d.store = t.store \
        WHERE t.role = $1";
}

impl Conn {
    /// The stores that are to have copies.
    pub async fn replication_targets(&mut self) -> Result<Vec<ReplicationTarget>, DbError> {
        self.all(&TARGETS, &[]).await
    }

    /// The containers of all tenants.
    pub async fn tenant_containers(&mut self) -> Result<Vec<String>, DbError> {
        self.all(&CONTAINERS, &[]).await
    }

    /// How far each store is behind, by name. What was not taken over yet ([`Tx::take_replication_changes`]) counts, too, and may
    /// be counted twice; since when it waits is not known.
    pub async fn replication_status(&mut self) -> Result<Vec<ReplicationStatus>, DbError> {
        self.all(&STATUS, &[]).await
    }

    /// Since when the stores of a role are behind with anything; `None` if they are not.
    pub async fn replication_behind_since(&mut self, role: &str) -> Result<Option<Timestamp>, DbError> {
        self.one(&OLDEST_OF_ROLE, binds![role]).await
    }

    /// The stores to which all of a transfer's files were copied: no part of them waits for that, nor has one failed.
    pub async fn stores_with_all_files(&mut self, transfer: TransferId) -> Result<Vec<String>, DbError> {
        self.all(&WITH_ALL_FILES, binds![transfer]).await
    }

    /// Whether anything waits to be taken over or copied.
    pub async fn replication_waits(&mut self, now: Timestamp) -> Result<bool, DbError> {
        self.one(&WAITS, binds![now, now + LONGEST_LEASE]).await
    }
}

impl Tx {
    /// From now on `store` has copies, with records of rows of this schema. If `everything`, all that there is is behind.
    pub async fn put_replication_target(
        &mut self,
        (store, role): (&str, &str),
        schema: u64,
        everything: bool,
        now: Timestamp,
    ) -> Result<(), DbError> {
        self.execute(&PUT_TARGET, binds![store, role, schema, now]).await?;
        if everything {
            self.execute(&ALL_TRANSFERS, binds![store, now]).await?;
            self.execute(&ALL_TENANTS, binds![store, now]).await?;
        }
        Ok(())
    }

    /// From now on `store` has no copies.
    pub async fn drop_replication_target(&mut self, store: &str) -> Result<(), DbError> {
        self.execute(&DROP_TARGET, binds![store]).await?;
        self.execute(&DROP_CHANGES, &[]).await.map(drop)
    }

    /// Takes over at most `limit` changes, and says how many those were.
    pub async fn take_replication_changes(&mut self, now: Timestamp, limit: u64) -> Result<usize, DbError> {
        let taken: Vec<Changed> = self.all(&TAKE_CHANGES, binds![limit]).await?;
        let targets = self.replication_targets().await?;
        // In one order, so that two who take changes over never wait for each other.
        let mut subjects: BTreeMap<Uuid, (TenantId, bool)> = BTreeMap::new();
        for changed in &taken {
            let (_, parts) = subjects.entry(changed.subject_id).or_insert((changed.tenant_id, false));
            *parts |= changed.parts;
        }
        for (subject, (tenant, parts)) in subjects {
            let next = if subject == tenant.as_uuid() { now + TENANT_REST } else { now };
            for target in &targets {
                self.execute(&PUT_DUE, binds![subject, &target.store, tenant, parts, now, next]).await?;
            }
        }
        Ok(taken.len())
    }

    /// Claims up to `limit` of what is behind and nobody's, until `lease_end`; what is due first comes first. A lease that ends
    /// more than an hour after `now` binds nobody: it was taken by a clock that has been put back since.
    pub async fn claim_replication(
        &mut self,
        claim: Uuid,
        now: Timestamp,
        lease_end: Timestamp,
        limit: u64,
    ) -> Result<Vec<ReplicationDue>, DbError> {
        self.all(&CLAIM, binds![claim, now, lease_end, limit, now + LONGEST_LEASE]).await
    }

    /// A longer lease. `false` if another has claimed it, or there is nothing to copy any more: then stop.
    pub async fn renew_replication(
        &mut self,
        due: &ReplicationDue,
        claim: Uuid,
        lease_end: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&RENEW_CLAIM, binds![due.subject_id, &due.store, claim, lease_end]).await
    }

    /// It was copied as it was when it was claimed; what has changed since is due at once. `false` if another has claimed it.
    pub async fn finish_replication(
        &mut self,
        due: &ReplicationDue,
        claim: Uuid,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let copied = self.changes(&COPIED, binds![due.subject_id, &due.store, claim, due.changes]).await?;
        Ok(copied || self.changes(&COPIED_IN_PART, binds![due.subject_id, &due.store, claim, now]).await?)
    }

    /// It is gone on with at `next`, by whoever comes. `false` if another has claimed it.
    pub async fn pause_replication(
        &mut self,
        due: &ReplicationDue,
        claim: Uuid,
        next: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&GO_ON_LATER, binds![due.subject_id, &due.store, claim, next]).await
    }

    /// What lacks of it is lost, and is looked for again: it counts as behind since `now`.
    pub async fn note_lost_replication(
        &mut self,
        due: &ReplicationDue,
        now: Timestamp,
    ) -> Result<(), DbError> {
        self.execute(&NOTHING_TO_COPY, binds![due.subject_id, &due.store, now]).await.map(drop)
    }

    /// It could not be copied, and is tried again at `next`. `error` is for the operator: no personal data. `false` if another
    /// has claimed it.
    pub async fn fail_replication(
        &mut self,
        due: &ReplicationDue,
        claim: Uuid,
        next: Timestamp,
        error: &str,
    ) -> Result<bool, DbError> {
        self.changes(&NOT_COPIED, binds![due.subject_id, &due.store, claim, next, error]).await
    }
}
