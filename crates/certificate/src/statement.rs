//! What certificates say.

use std::collections::BTreeMap;

use sealpost_domain::{Epoch, TenantId, Timestamp, TransferId, UserId};
use serde::{Deserialize, Serialize};

/// What is signed. Times are unix milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// [`FORMAT`](crate::FORMAT).
    pub format: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Whose data it is about.
    pub tenant: Named,
    /// What was removed.
    pub about: Statement,
    /// What of it the tenant's audit log says: numbers and hashes of entries, oldest first.
    pub entries: Vec<LogEntryRef>,
    /// The first signed head of the log (c2sp.org/tlog-checkpoint) that covers them; none if none does yet.
    pub checkpoint: Option<String>,
    /// What was found when the stores were looked into for it; none if they were not.
    pub checked: Option<Checked>,
}

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Its id.
    pub id: TenantId,
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// What was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Statement {
    /// All of a tenant.
    Tenant(TenantRemoved),
    /// A transfer.
    Transfer(TransferPurged),
}

/// A transfer that was purged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferPurged {
    /// Which.
    pub transfer: TransferId,
    /// Who had sent it.
    pub sender: UserId,
    /// Why: `expired` or `deleted`.
    pub reason: String,
    /// When its time was over, or would have been.
    pub expires_at: Timestamp,
    /// When nothing was left of it.
    pub purged_at: Timestamp,
    /// How many files it had.
    pub files: u64,
    /// How many stored objects those were.
    pub objects: u64,
    /// How many bytes of plaintext.
    pub bytes: u64,
    /// How many recipients.
    pub recipients: u64,
    /// The key under which its own key hung last.
    pub epoch_key: EpochKey,
}

/// The key of a UTC expiry day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EpochKey {
    /// The day, in days since 1970-01-01.
    pub day: Epoch,
    /// Whether it is destroyed already. Until then a copy of the transfer's rows that somebody else has can be opened by the
    /// service.
    pub destroyed: bool,
}

/// A tenant that was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantRemoved {
    /// When it was terminated.
    pub terminated_at: Timestamp,
    /// When its removal began: from then on nothing could be opened.
    pub began_at: Timestamp,
    /// When nothing was left of it.
    pub removed_at: Timestamp,
    /// The name of its container.
    pub container: String,
    /// How many rows were removed from which table.
    pub rows: BTreeMap<String, u64>,
    /// How many keys of expiry days were destroyed.
    pub epoch_keys: u64,
}

/// An entry of an audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogEntryRef {
    /// Its number.
    pub seq: u64,
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    pub kind: String,
    /// Its hash, in hexadecimal.
    pub hash: String,
}

/// What was found when the stores were looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checked {
    /// When.
    pub at: Timestamp,
    /// Each store.
    pub stores: Vec<StoreChecked>,
}

/// What was found in a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreChecked {
    /// Which: `container`, `database`, `audit`, `jobs`, `keyring`.
    pub store: String,
    /// What was looked for there.
    pub looked_for: String,
    /// How much of it was there: zero, or there is no certificate.
    pub left: u64,
}
