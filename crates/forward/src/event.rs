//! What is sent.

use std::collections::BTreeMap;

use sealpost_domain::{TenantId, Timestamp, TransferId};

/// An entry of a tenant's audit log on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its number in the log; 0 for a test, which is in none.
    pub seq: u64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: String,
    /// The transfer it happened to.
    pub transfer: Option<TransferId>,
    /// More about it: JSON, the text that the hash covers.
    pub payload: String,
    /// The hash of the entry before it.
    pub prev_hash: [u8; 32],
    /// Its hash.
    pub hash: [u8; 32],
    /// Whom it is about and where he came from; empty unless the tenant wants that to be sent.
    pub personal: BTreeMap<String, Vec<String>>,
}

/// Entries that are handed over together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Names it: the same batch has the same id, however often it is sent.
    pub id: String,
    /// Whose log it is.
    pub tenant: TenantId,
    /// The entries, in the log's order.
    pub events: Vec<Event>,
}
