//! The export's lines: one JSON object each. `docs/audit.md` specifies them.

use data_encoding::HEXLOWER;
use sealpost_db::AuditEntry;
use sealpost_domain::{TenantId, Timestamp, TransferId};
use serde::{Deserialize, Serialize};

/// What the first line says that the file is.
pub const FORMAT: &str = "sealpost-audit/1";

/// A line of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ExportLine {
    /// The first: whose log, who signs it, and after what it begins.
    Log {
        /// [`FORMAT`].
        format: String,
        /// Whose.
        tenant: TenantId,
        /// Who signs it: a verifier's key as in c2sp.org/signed-note.
        key: String,
        /// The last entry that is not there: 0 if none is missing.
        start: u64,
        /// Its hash, in hexadecimal.
        start_hash: String,
        /// The whole subtrees of all up to it, largest first, in hexadecimal.
        start_nodes: Vec<String>,
    },
    /// An entry.
    Entry {
        /// Its number.
        seq: u64,
        /// When it happened, in unix milliseconds.
        at: i64,
        /// What happened.
        kind: String,
        /// The transfer it happened to.
        transfer: Option<TransferId>,
        /// More about it: the text that the hash covers, itself JSON.
        payload: String,
        /// The hash of the entry before it, in hexadecimal.
        prev_hash: String,
        /// Its hash, in hexadecimal.
        hash: String,
    },
    /// A signed head of the tree over all entries so far.
    Checkpoint {
        /// The signed note.
        note: String,
    },
    /// The last line: a file without it was cut off on its way.
    End {
        /// The number of the last entry.
        seq: u64,
    },
}

impl ExportLine {
    pub(super) fn of(entry: &AuditEntry) -> Self {
        Self::Entry {
            seq: entry.seq,
            at: entry.at.unix_millis(),
            kind: entry.kind.clone(),
            transfer: entry.transfer_id,
            payload: entry.payload.clone(),
            prev_hash: HEXLOWER.encode(&entry.prev_hash),
            hash: HEXLOWER.encode(&entry.hash),
        }
    }

    /// As it stands in the file.
    pub(super) fn to_text(&self) -> String {
        let mut text =
            serde_json::to_string(self).expect("texts, numbers and fixed field names always become JSON");
        text.push('\n');
        text
    }

    /// The entry, if it is one of `tenant`'s log; `None` if it is another line or has hashes that are none.
    pub(super) fn into_entry(self, tenant: TenantId) -> Option<AuditEntry> {
        let Self::Entry { seq, at, kind, transfer, payload, prev_hash, hash } = self else {
            return None;
        };
        Some(AuditEntry {
            tenant_id: tenant,
            seq,
            at: Timestamp::from_unix_millis(at),
            kind,
            transfer_id: transfer,
            payload,
            sealed: None,
            prev_hash: bytes(&prev_hash)?,
            hash: bytes(&hash)?,
        })
    }
}

/// 32 bytes in hexadecimal.
pub(super) fn bytes(hex: &str) -> Option<[u8; 32]> {
    HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()
}
