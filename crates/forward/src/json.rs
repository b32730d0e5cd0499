//! The body of a webhook.

use data_encoding::HEXLOWER;
use sealpost_domain::Timestamp;
use serde_json::{Value, json};

use crate::{Batch, Event};

/// Longest payload of an entry; a longer one (of a policy with thousands of rules) is left out, and its length told.
const MAX_PAYLOAD_BYTES: usize = 256 * 1024;

/// The batch as `{"type", "timestamp", "data"}`. The same batch is the same text.
pub(crate) fn body(batch: &Batch) -> String {
    let last = batch.events.last();
    let is_test = last.is_none_or(|event| event.seq == 0);
    let body = json!({
        "type": if is_test { "forwarding.test" } else { "audit.entries" },
        "timestamp": last.map(|event| moment(event.at)),
        "data": { "tenant": batch.tenant, "entries": batch.events.iter().map(entry).collect::<Vec<_>>() },
    });
    body.to_string()
}

fn entry(event: &Event) -> Value {
    let mut entry = json!({
        "seq": event.seq,
        "at": event.at.unix_millis(),
        "kind": event.kind,
        "transfer": event.transfer,
        "payload": event.payload,
        "prev_hash": HEXLOWER.encode(&event.prev_hash),
        "hash": HEXLOWER.encode(&event.hash),
    });
    if event.payload.len() > MAX_PAYLOAD_BYTES {
        entry["payload"] = Value::Null;
        entry["payload_bytes"] = event.payload.len().into();
    }
    if !event.personal.is_empty() {
        entry["personal"] = json!(event.personal);
    }
    entry
}

/// RFC 3339 in UTC, to the millisecond.
pub(crate) fn moment(at: Timestamp) -> String {
    let time = chrono::DateTime::from_timestamp_millis(at.unix_millis()).unwrap_or_default();
    time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
