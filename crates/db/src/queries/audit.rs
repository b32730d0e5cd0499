//! The audit log: append-only, one hash chain for each tenant.

use std::fmt;

use sealpost_domain::{TenantId, Timestamp, TransferId};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

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
        /// More about it: canonical JSON, no personal data.
        pub payload: String,
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

/// What is to be written in the log.
#[derive(Debug, Clone, Copy)]
pub struct AuditEvent<'a> {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: &'a str,
    /// The transfer it happened to.
    pub transfer_id: Option<TransferId>,
    /// More about it: integers, booleans, texts, lists, objects; no personal data, no floating-point numbers.
    pub payload: &'a Json,
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
        let transfer = self.transfer_id.map(TransferId::into_bytes);
        let mut hash = Sha256::new();
        for field in [
            b"sealpost/audit/1".as_slice(),
            &self.prev_hash,
            &self.tenant_id.into_bytes(),
            &self.seq.to_be_bytes(),
            &self.at.unix_millis().to_be_bytes(),
            self.kind.as_bytes(),
            transfer.as_ref().map_or(&[], |id| id.as_slice()),
            self.payload.as_bytes(),
        ] {
            hash.update((field.len() as u64).to_be_bytes());
            hash.update(field);
        }
        hash.finalize().into()
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
        "tenant_id, seq, at, kind, transfer_id, payload, prev_hash, hash"
    };
}

statements! {
    HEAD = "SELECT seq, hash FROM audit_heads WHERE tenant_id = $1";
    HEAD_LOCKED = locking "SELECT seq, hash FROM audit_heads WHERE tenant_id = $1";
    SET_HEAD = "UPDATE audit_heads SET seq = $2, hash = $3 WHERE tenant_id = $1";
    APPEND = ["INSERT INTO audit (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"];
    OF_TRANSFER = ["SELECT ", columns!(), " FROM audit WHERE transfer_id = $2 AND tenant_id = $1 ORDER BY seq"];
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

impl Tx {
    /// Writes events in the tenant's log, in the transaction of their effect, and gives the point reached.
    ///
    /// Locks the log until the transaction ends, so call it last. [`DbError::MissingReference`]: no such
    /// tenant.
    pub async fn append_audit(
        &mut self,
        tenant: TenantId,
        events: &[AuditEvent<'_>],
    ) -> Result<ChainPoint, DbError> {
        let head = self.optional(&HEAD_LOCKED, binds![tenant]).await?;
        let mut head: ChainPoint = head.ok_or_else(|| DbError::MissingReference("no such tenant".into()))?;
        for event in events {
            let mut entry = AuditEntry {
                tenant_id: tenant,
                seq: head.seq + 1,
                at: event.at,
                kind: event.kind.to_owned(),
                transfer_id: event.transfer_id,
                payload: canonical(event.payload)?,
                prev_hash: head.hash,
                hash: [0; 32],
            };
            entry.hash = entry.compute_hash();
            self.insert_entry(&entry).await?;
            head = ChainPoint { seq: entry.seq, hash: entry.hash };
        }
        self.execute(&SET_HEAD, binds![tenant, head.seq, &head.hash]).await?;
        Ok(head)
    }

    async fn insert_entry(&mut self, e: &AuditEntry) -> Result<(), DbError> {
        let row =
            binds![e.tenant_id, e.seq, e.at, &e.kind, e.transfer_id, &e.payload, &e.prev_hash, &e.hash,];
        self.execute(&APPEND, row).await.map(drop)
    }
}

/// The one text of a payload (RFC 8785): no blanks, names sorted by their UTF-16 code units, whatever order
/// the map has. Floating-point numbers are refused: their texts differ between writers.
fn canonical(json: &Json) -> Result<String, DbError> {
    let mut text = String::new();
    write_canonical(json, &mut text)
        .map_err(|_| DbError::Corrupt("a number in the payload is no integer".into()))?;
    Ok(text)
}

fn write_canonical(json: &Json, text: &mut String) -> fmt::Result {
    use fmt::Write;
    match json {
        Json::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                text.push(if i == 0 { '[' } else { ',' });
                write_canonical(item, text)?;
            }
            text.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        Json::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            for (i, (name, value)) in fields.iter().enumerate() {
                text.push(if i == 0 { '{' } else { ',' });
                write!(text, "{}:", Json::from(name.as_str()))?;
                write_canonical(value, text)?;
            }
            text.push_str(if fields.is_empty() { "{}" } else { "}" });
        }
        Json::Number(number) if number.is_f64() => return Err(fmt::Error),
        Json::Bool(_) | Json::Null | Json::Number(_) | Json::String(_) => write!(text, "{json}")?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payload_has_one_text() {
        let payload = json!({"b": [1, -2, true, null], "a": {"ü": "\u{1}\"\n", "A": {}}, "": []});
        assert_eq!(
            canonical(&payload).unwrap(),
            r#"{"":[],"a":{"A":{},"ü":"\u0001\"\n"},"b":[1,-2,true,null]}"#
        );
        assert!(canonical(&json!({"a": 0.5})).is_err());
    }

    #[test]
    fn names_sort_by_utf_16_and_not_by_utf_8() {
        let payload = json!({"\u{e000}": 1, "\u{10000}": 2});
        assert_eq!(canonical(&payload).unwrap(), "{\"\u{10000}\":2,\"\u{e000}\":1}");
    }
}
