//! Reading a log.

use std::collections::HashMap;

use data_encoding::HEXLOWER;
use sealpost_auth::{AuditorSession, PersonalKey, PersonalValues, open_personal};
use sealpost_db::AuditEntry;
use sealpost_domain::{TenantId, Timestamp, TransferId};
use sealpost_policy::rule_hmac;
use sealpost_sealed::{TransferKey, TransferKeyContext};
use serde_json::Value;

use crate::{Tenancy, TenancyError};

/// Which entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Those before this one; the newest if absent.
    pub before: Option<u64>,
    /// Those about this transfer.
    pub transfer: Option<TransferId>,
    /// Those about what the rule of this name has refused; not together with a transfer.
    pub rule: Option<String>,
}

/// An entry as auditors see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntryView {
    /// Its number in the log.
    pub seq: u64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: String,
    /// The transfer it happened to.
    pub transfer: Option<TransferId>,
    /// More about it: ids, numbers and words.
    pub details: Value,
    /// Whom it is about and where he came from, as long as it is kept and opens.
    pub personal: PersonalValues,
    /// Its hash, in hexadecimal.
    pub hash: String,
}

/// A page of entries, newest first.
#[derive(Debug, Clone)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditEntryView>,
    /// Before which the next page begins; `None` on the last one.
    pub next: Option<u64>,
}

impl Tenancy {
    /// At most `limit` entries of the auditor's tenant's log, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn audit(
        &self,
        session: &AuditorSession,
        filter: AuditFilter,
        limit: u32,
    ) -> Result<AuditPage, TenancyError> {
        let before = filter.before.unwrap_or(i64::MAX as u64);
        let mut conn = self.db.read().await?;
        let rows = u64::from(limit) + 1;
        let mut entries = match (filter.transfer, &filter.rule) {
            (_, Some(name)) => {
                let rule = rule_hmac(session.tenant_key(), name);
                conn.audit_of_rule_before(session.tenant(), &rule, before, rows).await?
            }
            (Some(transfer), None) => {
                conn.audit_of_transfer_before(session.tenant(), transfer, before, rows).await?
            }
            (None, None) => conn.audit_before(session.tenant(), before, rows).await?,
        };
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let next = entries.last().map(|entry| entry.seq).filter(|_| more);
        drop(conn);
        let (mut views, mut keys) = (Vec::with_capacity(entries.len()), HashMap::new());
        for entry in entries {
            if let Some(transfer) = entry.transfer_id
                && entry.sealed.is_some()
                && !keys.contains_key(&transfer)
            {
                keys.insert(transfer, self.transfer_key(session.tenant(), transfer).await?);
            }
            let key = match &entry.transfer_id {
                Some(transfer) => keys.get(transfer).and_then(Option::as_ref).map(PersonalKey::Transfer),
                None => Some(PersonalKey::Tenant(session.tenant_key())),
            };
            views.push(view(entry, key));
        }
        Ok(AuditPage { entries: views, next })
    }

    /// The key of what is known of a transfer's recipients; `None` once it is gone.
    pub(crate) async fn transfer_key(
        &self,
        tenant: TenantId,
        transfer: TransferId,
    ) -> Result<Option<TransferKey>, TenancyError> {
        let row = self.db.read().await?.transfer(tenant, transfer).await?;
        let Some((row, wrapped)) = row.and_then(|mut row| row.transfer_key.take().map(|key| (row, key)))
        else {
            return Ok(None);
        };
        let Some(epoch_key) = self.keys.existing_epoch_key(tenant, row.epoch).await? else {
            return Ok(None);
        };
        let place = TransferKeyContext { tenant: tenant.into_bytes(), transfer: transfer.into_bytes() };
        Ok(Some(epoch_key.unwrap_transfer_key(place, &wrapped)?))
    }
}

/// What does not open is left out: the entry itself stands.
fn view(entry: AuditEntry, key: Option<PersonalKey<'_>>) -> AuditEntryView {
    let mut details: Value = serde_json::from_str(&entry.payload).unwrap_or_default();
    if let Some(details) = details.as_object_mut() {
        details.remove("personal");
    }
    let personal = key.map(|key| open_personal(key, &entry)).transpose().unwrap_or_else(|error| {
        tracing::warn!(seq = entry.seq, %error, "an entry's personal values do not open");
        None
    });
    AuditEntryView {
        seq: entry.seq,
        at: entry.at,
        kind: entry.kind,
        transfer: entry.transfer_id,
        details,
        personal: personal.unwrap_or_default(),
        hash: HEXLOWER.encode(&entry.hash),
    }
}
