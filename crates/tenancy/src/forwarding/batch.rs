//! What is sent together.

use std::collections::{HashMap, hash_map::Entry};

use sealpost_auth::{PersonalKey, PersonalValues, open_personal};
use sealpost_db::{AuditEntry, ForwardingTarget};
use sealpost_domain::{TenantId, TransferId};
use sealpost_forward::{Batch, Event};
use sealpost_sealed::{TenantKey, TransferKey};

use crate::{Tenancy, TenancyError};

/// Most entries of a batch.
const MAX_ENTRIES: u64 = 500;
/// A batch ends with the payload with which it becomes longer than this.
const MAX_BYTES: usize = 256 * 1024;
/// Entries that every target gets: what they say is why it got others, or did not.
const ALWAYS: &str = "forwarding.";

impl Tenancy {
    /// What follows in the log after the target's position, as far as one batch goes; the same as long as the target has not
    /// come further.
    pub(super) async fn next_entries(
        &self,
        target: &ForwardingTarget,
    ) -> Result<Vec<AuditEntry>, TenancyError> {
        let most = target.batch_end.map_or(MAX_ENTRIES, |end| end.saturating_sub(target.position));
        let most = most.clamp(1, MAX_ENTRIES);
        let mut conn = self.db.read().await?;
        let mut entries = conn.audit_after(target.tenant_id, target.position, most).await?;
        let mut bytes = 0;
        let full = entries.iter().position(|entry| {
            bytes += entry.payload.len();
            bytes > MAX_BYTES
        });
        if let Some(last) = full {
            entries.truncate(last + 1);
        }
        Ok(entries)
    }

    /// Those of the entries that are wanted, as they are sent.
    pub(super) async fn batch(
        &self,
        target: &ForwardingTarget,
        key: &TenantKey,
        entries: Vec<AuditEntry>,
    ) -> Result<Batch, TenancyError> {
        let wanted = super::kinds(target)?;
        let is_wanted = |kind: &str| {
            wanted.is_empty()
                || kind.starts_with(ALWAYS)
                || wanted.iter().any(|prefix| kind.starts_with(prefix))
        };
        let ends = entries.first().zip(entries.last()).map(|(first, last)| (first.seq, last.seq));
        let (first, last) = ends.unwrap_or_default();
        let mut events = Vec::new();
        let mut keys = HashMap::new();
        for entry in entries.into_iter().filter(|entry| is_wanted(&entry.kind)) {
            let personal = if target.include_personal {
                self.personal_values(target.tenant_id, key, &entry, &mut keys).await?
            } else {
                PersonalValues::new()
            };
            events.push(Event {
                seq: entry.seq,
                at: entry.at,
                kind: entry.kind,
                transfer: entry.transfer_id,
                payload: entry.payload,
                prev_hash: entry.prev_hash,
                hash: entry.hash,
                personal,
            });
        }
        Ok(Batch { id: format!("msg_{}_{first}_{last}", target.id), tenant: target.tenant_id, events })
    }

    /// As long as they are kept and open: what does not open holds up no other.
    async fn personal_values(
        &self,
        tenant: TenantId,
        tenant_key: &TenantKey,
        entry: &AuditEntry,
        keys: &mut HashMap<TransferId, Option<TransferKey>>,
    ) -> Result<PersonalValues, TenancyError> {
        if entry.sealed.is_none() {
            return Ok(PersonalValues::new());
        }
        let key = match entry.transfer_id {
            None => Some(PersonalKey::Tenant(tenant_key)),
            Some(transfer) => {
                if let Entry::Vacant(place) = keys.entry(transfer) {
                    place.insert(self.transfer_key(tenant, transfer).await?);
                }
                keys.get(&transfer).and_then(Option::as_ref).map(PersonalKey::Transfer)
            }
        };
        let opened = key.map(|key| open_personal(key, entry)).transpose().unwrap_or_else(|error| {
            tracing::warn!(seq = entry.seq, %error, "an entry's personal values do not open");
            None
        });
        Ok(opened.unwrap_or_default())
    }
}
