//! The audit log: append-only, one hash chain for each tenant.

use sealpost_domain::{TenantId, Timestamp, TransferId};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::{conn::Conn, error::DbError, row::rows, sql::statements, value::binds};

rows! {
    /// An entry of a tenant's log.
    pub struct AuditEntry {
        /// The tenant.
        pub tenant_id: TenantId,
        /// Its number in the log, from 1 without gaps.
        pub seq: u64,
        /// When it happened.
        pub at: Timestamp,
        /// What happened.
        pub kind: String,
        /// The transfer it happened to.
        pub transfer_id: Option<TransferId>,
        /// More about it: canonical JSON, no personal data but commitments to it.
        pub payload: String,
        /// The personal data, sealed; `None` if there are none or no more. The chain does not cover it: the commitments
        /// in the payload do.
        pub sealed: Option<Vec<u8>>,
        /// The hash of the entry before it; zeros before the first.
        pub prev_hash: [u8; 32],
        /// Its hash: [`Self::compute_hash`].
        pub hash: [u8; 32],
    }

    /// How far a log goes.
    pub struct ChainPoint {
        /// The number of its last entry, 0 if it is empty.
        pub seq: u64,
        /// The hash of its last entry.
        pub hash: [u8; 32],
    }
}

/// Entries of a log by what they are and when it happened.
#[derive(Debug, Clone, Copy)]
pub struct AuditSearch<'a> {
    /// What happened; `None`: anything.
    pub kind: Option<&'a str>,
    /// The transfer that it happened to; `None`: any, or none.
    pub transfer: Option<TransferId>,
    /// When it happened, at the earliest.
    pub from: Timestamp,
    /// Before which it happened: a time, and among entries of that time a number.
    pub until: (Timestamp, u64),
}

/// What is to be written in the log.
#[derive(Debug, Clone, Copy)]
pub struct AuditEvent<'a> {
    /// When it happened.
    pub at: Timestamp,
    /// What happened: one of [`AUDIT_KINDS`](sealpost_domain::AUDIT_KINDS).
    pub kind: &'a str,
    /// The transfer it happened to.
    pub transfer_id: Option<TransferId>,
    /// More about it: integers, booleans, texts, lists, objects; no personal data, no floating-point numbers.
    pub payload: &'a Json,
    /// Personal data, sealed, with commitments to it in the payload.
    pub sealed: Option<&'a [u8]>,
}

/// The first entry that does not continue the chain: edited, removed, inserted or moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the audit log is broken at entry {seq}")]
pub struct ChainBreak {
    /// The number that the entry should have.
    pub seq: u64,
}

impl ChainPoint {
    /// Before the first entry.
    pub const START: Self = Self { seq: 0, hash: [0; 32] };
}

impl AuditEntry {
    /// SHA-256 over, each preceded by its length in bytes as a big-endian u64: `sealpost/audit/1`, the
    /// previous hash, the tenant's 16 bytes, the number and the time (unix milliseconds) as big-endian 64-bit
    /// integers, the kind, the transfer's 16 bytes or nothing, and the payload's text.
    pub fn compute_hash(&self) -> [u8; 32] {
        let text = HashText::new(self.tenant_id, self.at, &self.kind, self.transfer_id, &self.payload);
        text.hash(&self.prev_hash, self.seq)
    }
}

/// What an entry's hash covers, without what only the log's head knows: the previous hash and the number. PostgreSQL puts
/// them between the three.
pub(crate) struct HashText {
    pub(crate) before_hash: Vec<u8>,
    pub(crate) before_seq: Vec<u8>,
    pub(crate) after_seq: Vec<u8>,
}

impl HashText {
    pub(crate) fn new(
        tenant: TenantId,
        at: Timestamp,
        kind: &str,
        transfer: Option<TransferId>,
        payload: &str,
    ) -> Self {
        let length = |bytes: usize| (bytes as u64).to_be_bytes();
        let field = |bytes: &[u8]| [&length(bytes.len()), bytes].concat();
        let transfer = transfer.map(TransferId::into_bytes);
        Self {
            before_hash: [field(b"sealpost/audit/1").as_slice(), &length(32)].concat(),
            before_seq: [field(&tenant.into_bytes()).as_slice(), &length(8)].concat(),
            after_seq: [
                field(&at.unix_millis().to_be_bytes()),
                field(kind.as_bytes()),
                field(transfer.as_ref().map_or(&[], |id| id.as_slice())),
                field(payload.as_bytes()),
            ]
            .concat(),
        }
    }

    pub(crate) fn hash(&self, prev: &[u8; 32], seq: u64) -> [u8; 32] {
        let hash = Sha256::new().chain_update(&self.before_hash).chain_update(prev);
        let hash = hash.chain_update(&self.before_seq).chain_update(seq.to_be_bytes());
        hash.chain_update(&self.after_seq).finalize().into()
    }
}

/// Checks that the tenant's `entries` continue the chain after `from`, and gives the point that they reach.
pub fn verify_chain<'a>(
    tenant: TenantId,
    from: ChainPoint,
    entries: impl IntoIterator<Item = &'a AuditEntry>,
) -> Result<ChainPoint, ChainBreak> {
    entries.into_iter().try_fold(from, |last, entry| {
        let seq = last.seq + 1;
        let continues = entry.tenant_id == tenant
            && entry.seq == seq
            && entry.prev_hash == last.hash
            && entry.hash == entry.compute_hash();
        if continues { Ok(ChainPoint { seq, hash: entry.hash }) } else { Err(ChainBreak { seq }) }
    })
}

macro_rules! columns {
    () => {
        "tenant_id, seq, at, kind, transfer_id, payload, sealed, prev_hash, hash"
    };
}

statements! {
    HEAD = "SELECT seq, hash FROM audit_heads WHERE tenant_id = $1";
    OF_TRANSFER = ["SELECT ", columns!(), " FROM audit WHERE transfer_id = $2 AND tenant_id = $1 ORDER BY seq"];
    OF_TRANSFER_BEFORE = ["SELECT ", columns!(), " FROM audit WHERE transfer_id = $2 AND seq < $3 AND tenant_id = $1 \
        ORDER BY seq DESC LIMIT $4"];
    BEFORE = ["SELECT ", columns!(), " FROM audit WHERE tenant_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3"];
    OF_RULE_BEFORE = ["SELECT ", columns!(), " FROM audit WHERE tenant_id = $1 AND seq IN (SELECT r.seq FROM rule_refusals r \
        WHERE r.tenant_id = $1 AND r.rule_hmac = $2 AND r.seq < $3 ORDER BY r.seq DESC LIMIT $4) ORDER BY seq DESC"];
    OF_TIME = ["SELECT ", columns!(), " FROM audit WHERE tenant_id = $1 AND at >= $2 AND (at, seq) < ($3, $4) \
        ORDER BY at DESC, seq DESC LIMIT $5"];
    OF_KIND = ["SELECT ", columns!(), " FROM audit WHERE tenant_id = $1 AND kind = $6 AND at >= $2 AND (at, seq) < ($3, $4) \
        ORDER BY at DESC, seq DESC LIMIT $5"];
    OF_TRANSFER_AND_KIND = ["SELECT ", columns!(), " FROM audit WHERE transfer_id = $7 AND tenant_id = $1 \
        AND kind = COALESCE(CAST($6 AS TEXT), kind) AND at >= $2 AND (at, seq) < ($3, $4) ORDER BY at DESC, seq DESC LIMIT $5"];
    AT = "SELECT at AS value FROM audit WHERE tenant_id = $1 AND seq = $2";
    AFTER = ["SELECT ", columns!(), " FROM audit WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3"];
}

impl Conn {
    /// How far the tenant's log goes; `None` if there is no such tenant.
    pub async fn audit_head(&mut self, tenant: TenantId) -> Result<Option<ChainPoint>, DbError> {
        self.optional(&HEAD, binds![tenant]).await
    }

    /// The entries about a transfer, oldest first.
    pub async fn audit_of_transfer(
        &mut self,
        tenant: TenantId,
        transfer: TransferId,
    ) -> Result<Vec<AuditEntry>, DbError> {
        self.all(&OF_TRANSFER, binds![tenant, transfer]).await
    }

    /// The entries about a transfer before number `seq`, newest first, at most `limit`.
    pub async fn audit_of_transfer_before(
        &mut self,
        tenant: TenantId,
        transfer: TransferId,
        seq: u64,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, DbError> {
        self.all(&OF_TRANSFER_BEFORE, binds![tenant, transfer, seq, limit]).await
    }

    /// The entries before number `seq` about what the rule with this HMAC of its name has refused, newest first, at most `limit`.
    pub async fn audit_of_rule_before(
        &mut self,
        tenant: TenantId,
        rule_hmac: &[u8; 32],
        seq: u64,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, DbError> {
        self.all(&OF_RULE_BEFORE, binds![tenant, rule_hmac, seq, limit]).await
    }

    /// The entries before number `seq`, newest first, at most `limit`.
    pub async fn audit_before(
        &mut self,
        tenant: TenantId,
        seq: u64,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, DbError> {
        self.all(&BEFORE, binds![tenant, seq, limit]).await
    }

    /// The entries that are searched for, latest first, at most `limit`.
    pub async fn search_audit(
        &mut self,
        tenant: TenantId,
        search: &AuditSearch<'_>,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, DbError> {
        let AuditSearch { kind, transfer, from, until: (until, seq) } = *search;
        match (transfer, kind) {
            (Some(transfer), kind) => {
                let values = binds![tenant, from, until, seq, limit, kind, transfer];
                self.all_by_value(&OF_TRANSFER_AND_KIND, values).await
            }
            (None, Some(kind)) => {
                self.all_by_value(&OF_KIND, binds![tenant, from, until, seq, limit, kind]).await
            }
            (None, None) => self.all_by_value(&OF_TIME, binds![tenant, from, until, seq, limit]).await,
        }
    }

    /// When the entry with this number was written; `None` if it is not there, or no more.
    pub async fn audit_entry_at(&mut self, tenant: TenantId, seq: u64) -> Result<Option<Timestamp>, DbError> {
        self.optional(&AT, binds![tenant, seq]).await
    }

    /// The entries after number `seq`, oldest first, at most `limit`.
    pub async fn audit_after(
        &mut self,
        tenant: TenantId,
        seq: u64,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, DbError> {
        self.all(&AFTER, binds![tenant, seq, limit]).await
    }
}
