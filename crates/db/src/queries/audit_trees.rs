//! How far the logs have been signed, the checkpoints, and what is removed when its time is over.

use sealpost_domain::{TenantId, Timestamp, TransferId};

use super::audit::ChainPoint;
use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// The tree over a tenant's entries, at its beginning and as far as it was signed.
    pub struct AuditTree {
        /// The number of the last entry that was removed; 0 if none was.
        pub start_seq: u64,
        /// Its hash.
        pub start_hash: [u8; 32],
        /// The whole subtrees of all up to it.
        pub start_nodes: Vec<u8>,
        /// The number of the last entry under a checkpoint; 0 if there is none.
        pub seq: u64,
        /// Its hash.
        pub hash: [u8; 32],
        /// The whole subtrees of all up to it.
        pub nodes: Vec<u8>,
    }

    /// A signed tree head.
    pub struct AuditCheckpoint {
        /// Whose.
        pub tenant_id: TenantId,
        /// The last entry under it.
        pub seq: u64,
        /// When it was signed.
        pub at: Timestamp,
        /// The note.
        pub note: String,
        /// Since when it is where the service does not rewrite it.
        pub exported_at: Option<Timestamp>,
    }
}

impl AuditTree {
    /// Of a log under which nothing was signed yet.
    pub const EMPTY: Self = Self {
        start_seq: 0,
        start_hash: [0; 32],
        start_nodes: Vec::new(),
        seq: 0,
        hash: [0; 32],
        nodes: Vec::new(),
    };

    /// Before the first entry that is there.
    pub const fn start(&self) -> ChainPoint {
        ChainPoint { seq: self.start_seq, hash: self.start_hash }
    }

    /// The last entry under a checkpoint.
    pub const fn signed(&self) -> ChainPoint {
        ChainPoint { seq: self.seq, hash: self.hash }
    }
}

macro_rules! columns {
    () => {
        "tenant_id, seq, at, note, exported_at"
    };
}

statements! {
    BEHIND = "SELECT h.tenant_id AS value FROM audit_heads h LEFT JOIN audit_trees t ON t.tenant_id = h.tenant_id \
        WHERE h.seq > COALESCE(t.seq, 0) ORDER BY h.tenant_id";
    TREE = "SELECT start_seq, start_hash, start_nodes, seq, hash, nodes FROM audit_trees WHERE tenant_id = $1";
    PUT_TREE = "INSERT INTO audit_trees (tenant_id, start_seq, start_hash, start_nodes, seq, hash, nodes) \
        VALUES ($1, 0, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id) DO NOTHING";
    MOVE_TREE = "UPDATE audit_trees SET seq = $3, hash = $4, nodes = $5 WHERE tenant_id = $1 AND seq = $2";
    MOVE_START = "UPDATE audit_trees SET start_seq = $3, start_hash = $4, start_nodes = $5 \
        WHERE tenant_id = $1 AND start_seq = $2";
    INSERT = ["INSERT INTO audit_checkpoints (", columns!(), ") VALUES ($1, $2, $3, $4, $5)"];
    CHECKPOINTS = ["SELECT ", columns!(), " FROM audit_checkpoints WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3"];
    LAST_BEFORE = ["SELECT ", columns!(), " FROM audit_checkpoints WHERE tenant_id = $1 AND at < $2 ORDER BY seq DESC LIMIT 1"];
    NEXT_EXPORTED = ["SELECT ", columns!(), " FROM audit_checkpoints WHERE tenant_id = $1 AND seq > $2 AND at <= $3 \
        AND exported_at IS NOT NULL ORDER BY seq LIMIT 1"];
    TO_EXPORT = ["SELECT ", columns!(), " FROM audit_checkpoints WHERE exported_at IS NULL ORDER BY tenant_id, seq LIMIT $1"];
    SET_EXPORTED = "UPDATE audit_checkpoints SET exported_at = $3 WHERE tenant_id = $1 AND seq = $2";
    /// What comes after it on the same day says more.
    THIN = "DELETE FROM audit_checkpoints WHERE tenant_id = $1 AND seq > $2 AND at < $3 AND exported_at IS NOT NULL \
        AND EXISTS (SELECT 1 FROM audit_checkpoints later WHERE later.tenant_id = $1 \
        AND later.seq > audit_checkpoints.seq AND later.at / 86400000 = audit_checkpoints.at / 86400000)";
    REMOVE_ENTRIES = "DELETE FROM audit WHERE tenant_id = $1 AND seq <= $2";
    REMOVE_REFUSALS = "DELETE FROM rule_refusals WHERE tenant_id = $1 AND seq <= $2";
    REMOVE_CHECKPOINTS = "DELETE FROM audit_checkpoints WHERE tenant_id = $1 AND seq < $2";
    FORGET_VALUES = "UPDATE audit SET sealed = NULL WHERE transfer_id = $2 AND tenant_id = $1 AND sealed IS NOT NULL";
}

impl Conn {
    /// The tenants in whose logs there is something that no checkpoint covers.
    pub async fn audits_to_sign(&mut self) -> Result<Vec<TenantId>, DbError> {
        self.all(&BEHIND, binds![]).await
    }

    /// The tree over a tenant's entries.
    pub async fn audit_tree(&mut self, tenant: TenantId) -> Result<AuditTree, DbError> {
        Ok(self.optional(&TREE, binds![tenant]).await?.unwrap_or(AuditTree::EMPTY))
    }

    /// The tenant's checkpoints of more than `seq` entries, smallest first, at most `limit`.
    pub async fn audit_checkpoints(
        &mut self,
        tenant: TenantId,
        seq: u64,
        limit: u64,
    ) -> Result<Vec<AuditCheckpoint>, DbError> {
        self.all(&CHECKPOINTS, binds![tenant, seq, limit]).await
    }

    /// The last checkpoint that was signed before `at`.
    pub async fn last_audit_checkpoint_before(
        &mut self,
        tenant: TenantId,
        at: Timestamp,
    ) -> Result<Option<AuditCheckpoint>, DbError> {
        self.optional(&LAST_BEFORE, binds![tenant, at]).await
    }

    /// The first checkpoint of more than `seq` entries that was signed at `at` or before and is kept elsewhere, too.
    pub async fn next_exported_audit_checkpoint(
        &mut self,
        tenant: TenantId,
        seq: u64,
        at: Timestamp,
    ) -> Result<Option<AuditCheckpoint>, DbError> {
        self.optional(&NEXT_EXPORTED, binds![tenant, seq, at]).await
    }

    /// Checkpoints of all tenants that are not yet where the service does not rewrite them, at most `limit`.
    pub async fn audit_checkpoints_to_export(&mut self, limit: u64) -> Result<Vec<AuditCheckpoint>, DbError> {
        self.all(&TO_EXPORT, binds![limit]).await
    }
}

impl Tx {
    /// The tree has grown from `before` to that of a checkpoint. `false`, and nothing is done, if somebody else was faster.
    pub async fn insert_audit_checkpoint(
        &mut self,
        before: u64,
        tree: &AuditTree,
        checkpoint: &AuditCheckpoint,
    ) -> Result<bool, DbError> {
        let c = checkpoint;
        let empty = AuditTree::EMPTY;
        let first =
            binds![c.tenant_id, &empty.start_hash, &empty.start_nodes, tree.seq, &tree.hash, &tree.nodes];
        let next = binds![c.tenant_id, before, tree.seq, &tree.hash, &tree.nodes];
        let moved = match before {
            0 => self.changes(&PUT_TREE, first).await?,
            _ => self.changes(&MOVE_TREE, next).await?,
        };
        if moved {
            self.execute(&INSERT, binds![c.tenant_id, c.seq, c.at, &c.note, c.exported_at]).await?;
        }
        Ok(moved)
    }

    /// It is where the service does not rewrite it.
    pub async fn set_audit_checkpoint_exported(
        &mut self,
        tenant: TenantId,
        seq: u64,
        at: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&SET_EXPORTED, binds![tenant, seq, at]).await
    }

    /// Removes checkpoints of more than `after` entries, from before `until`, that are kept elsewhere, too: all but the
    /// last of each day. Says how many.
    pub async fn thin_audit_checkpoints(
        &mut self,
        tenant: TenantId,
        after: u64,
        until: Timestamp,
    ) -> Result<u64, DbError> {
        self.execute(&THIN, binds![tenant, after, until]).await
    }

    /// Lets the log begin after `start`, with the whole subtrees of all up to there, and removes what lies before. `None`,
    /// and nothing is done, unless it began at `before`; else how many entries were removed.
    pub async fn trim_audit(
        &mut self,
        tenant: TenantId,
        before: u64,
        start: &ChainPoint,
        nodes: &[u8],
    ) -> Result<Option<u64>, DbError> {
        let moved = binds![tenant, before, start.seq, &start.hash, nodes];
        if !self.changes(&MOVE_START, moved).await? {
            return Ok(None);
        }
        self.execute(&REMOVE_REFUSALS, binds![tenant, start.seq]).await?;
        self.execute(&REMOVE_CHECKPOINTS, binds![tenant, start.seq]).await?;
        self.execute(&REMOVE_ENTRIES, binds![tenant, start.seq]).await.map(Some)
    }

    /// Removes the personal data from all that the log says of a transfer. The chain does not change.
    pub async fn forget_audit_values(
        &mut self,
        tenant: TenantId,
        transfer: TransferId,
    ) -> Result<u64, DbError> {
        self.execute(&FORGET_VALUES, binds![tenant, transfer]).await
    }
}
