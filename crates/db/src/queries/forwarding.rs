//! Where audit entries are sent on to, and how far that has come.

use sealpost_domain::{ForwardingTargetId, TenantId, Timestamp};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A place to which a tenant's audit entries are sent on.
    pub struct ForwardingTarget {
        /// Which.
        pub id: ForwardingTargetId,
        /// Whose.
        pub tenant_id: TenantId,
        /// How: `syslog` or `webhook`.
        pub kind: String,
        /// What people know it by.
        pub label: String,
        /// Where, and with which secrets; sealed under the tenant key.
        pub destination: Vec<u8>,
        /// JSON: the prefixes of the kinds of entries that are sent; none for all.
        pub kinds: String,
        /// Whether personal values are sent, too.
        pub include_personal: bool,
        /// Whether anything is sent now.
        pub enabled: bool,
        /// The number of the last entry that is over there, or is not wanted there.
        pub position: u64,
        /// Where the batch ended that was not handed over: it is sent as it was.
        pub batch_end: Option<u64>,
        /// Failures since the last success.
        pub attempts: u64,
        /// Before when nothing is sent.
        pub next_at: Timestamp,
        /// Since when it fails.
        pub failing_since: Option<Timestamp>,
        /// Why it failed last.
        pub last_error: Option<String>,
        /// When the admins were told that it fails.
        pub told_at: Option<Timestamp>,
        /// When something was handed over last.
        pub delivered_at: Option<Timestamp>,
        /// When it was added.
        pub created_at: Timestamp,
    }

    /// A target for which there is something to do.
    pub struct ForwardingDue {
        /// Whose.
        pub tenant_id: TenantId,
        /// Which.
        pub id: ForwardingTargetId,
    }
}

/// What became of an attempt that failed.
#[derive(Debug, Clone, Copy)]
pub struct ForwardingFailure<'a> {
    /// Where the batch ends.
    pub batch_end: u64,
    /// When.
    pub at: Timestamp,
    /// When it is tried again.
    pub next_at: Timestamp,
    /// Why, in words for admins.
    pub error: &'a str,
}

macro_rules! columns {
    () => {
        "id, tenant_id, kind, label, destination, kinds, include_personal, enabled, position, batch_end, attempts, next_at, \
         failing_since, last_error, told_at, delivered_at, created_at"
    };
}

statements! {
    INSERT = [
        "INSERT INTO forwarding_targets (", columns!(), ") \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, 0, $10, NULL, NULL, NULL, NULL, $10)",
    ];
    OF_TENANT = ["SELECT ", columns!(), " FROM forwarding_targets WHERE tenant_id = $1 ORDER BY id"];
    BY_ID = ["SELECT ", columns!(), " FROM forwarding_targets WHERE tenant_id = $1 AND id = $2"];
    /// What was changed may have put it right: it is tried at once.
    UPDATE = "UPDATE forwarding_targets SET label = $3, destination = $4, kinds = $5, include_personal = $6, enabled = $7, \
        next_at = $8 WHERE tenant_id = $1 AND id = $2";
    DELETE = "DELETE FROM forwarding_targets WHERE tenant_id = $1 AND id = $2";
    DUE = "SELECT f.tenant_id, f.id FROM forwarding_targets f JOIN audit_heads h ON h.tenant_id = f.tenant_id \
        JOIN tenants t ON t.id = f.tenant_id \
        WHERE f.enabled AND f.next_at <= $1 AND f.position < h.seq AND t.removal_began_at IS NULL ORDER BY f.id";
    ADVANCE = "UPDATE forwarding_targets SET position = $4, batch_end = NULL WHERE tenant_id = $1 AND id = $2 AND position = $3";
    DELIVERED = "UPDATE forwarding_targets SET position = $4, delivered_at = $5, batch_end = NULL, attempts = 0, \
        failing_since = NULL, last_error = NULL, told_at = NULL WHERE tenant_id = $1 AND id = $2 AND position = $3";
    FAILED = "UPDATE forwarding_targets SET batch_end = $4, failing_since = COALESCE(failing_since, $5), next_at = $6, \
        last_error = $7, attempts = attempts + 1 WHERE tenant_id = $1 AND id = $2 AND position = $3";
    TOLD = "UPDATE forwarding_targets SET told_at = $3 WHERE tenant_id = $1 AND id = $2 AND told_at IS NULL";
}

impl Conn {
    /// The tenant's targets in the order in which they were added.
    pub async fn forwarding_targets(&mut self, tenant: TenantId) -> Result<Vec<ForwardingTarget>, DbError> {
        self.all(&OF_TENANT, binds![tenant]).await
    }

    /// The tenant's target with this id.
    pub async fn forwarding_target(
        &mut self,
        tenant: TenantId,
        id: ForwardingTargetId,
    ) -> Result<Option<ForwardingTarget>, DbError> {
        self.optional(&BY_ID, binds![tenant, id]).await
    }

    /// The targets of all tenants to which something is to be sent at `now`.
    pub async fn forwarding_due(&mut self, now: Timestamp) -> Result<Vec<ForwardingDue>, DbError> {
        self.all(&DUE, binds![now]).await
    }
}

impl Tx {
    /// Adds a target, to which nothing was sent yet: of the row what it is, its position, and when.
    pub async fn insert_forwarding_target(&mut self, t: &ForwardingTarget) -> Result<(), DbError> {
        let row = binds![
            t.id,
            t.tenant_id,
            &t.kind,
            &t.label,
            &t.destination,
            &t.kinds,
            t.include_personal,
            t.enabled,
            t.position,
            t.created_at,
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Changes what a target is; how far it has come stays. `false` if there is no such target.
    pub async fn update_forwarding_target(&mut self, t: &ForwardingTarget) -> Result<bool, DbError> {
        let row = binds![
            t.tenant_id,
            t.id,
            &t.label,
            &t.destination,
            &t.kinds,
            t.include_personal,
            t.enabled,
            t.next_at,
        ];
        self.changes(&UPDATE, row).await
    }

    /// Removes a target. `false` if there is no such target.
    pub async fn delete_forwarding_target(
        &mut self,
        tenant: TenantId,
        id: ForwardingTargetId,
    ) -> Result<bool, DbError> {
        self.changes(&DELETE, binds![tenant, id]).await
    }

    /// Nothing up to `to` is wanted over there. `false`, and nothing is done, unless it had come to `from`.
    pub async fn advance_forwarding(
        &mut self,
        tenant: TenantId,
        id: ForwardingTargetId,
        from: u64,
        to: u64,
    ) -> Result<bool, DbError> {
        self.changes(&ADVANCE, binds![tenant, id, from, to]).await
    }

    /// All up to `to` is over there. `false`, and nothing is done, unless it had come to `from`: somebody else sends, too.
    pub async fn forwarding_delivered(
        &mut self,
        tenant: TenantId,
        id: ForwardingTargetId,
        from: u64,
        to: u64,
        at: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&DELIVERED, binds![tenant, id, from, to, at]).await
    }

    /// What follows `from` was not handed over. `false`, and nothing is done, unless it had come to `from`.
    pub async fn forwarding_failed(
        &mut self,
        tenant: TenantId,
        id: ForwardingTargetId,
        from: u64,
        failure: ForwardingFailure<'_>,
    ) -> Result<bool, DbError> {
        let f = failure;
        self.changes(&FAILED, binds![tenant, id, from, f.batch_end, f.at, f.next_at, f.error]).await
    }

    /// The admins are told that it fails. `false` if they were already.
    pub async fn forwarding_told(
        &mut self,
        tenant: TenantId,
        id: ForwardingTargetId,
        at: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&TOLD, binds![tenant, id, at]).await
    }
}
