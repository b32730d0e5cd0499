//! Reading a log.

use std::collections::HashMap;

use data_encoding::HEXLOWER;
use sealpost_auth::{AuditorSession, PersonalKey, PersonalValues, open_personal};
use sealpost_db::{AuditEntry, AuditSearch, Conn};
use sealpost_domain::{AUDIT_KINDS, TenantId, Timestamp, TransferId};
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
    /// Those about what the rule of this name has refused; not together with anything but `before`.
    pub rule: Option<String>,
    /// Those of this kind: one of [`AUDIT_KINDS`].
    pub kind: Option<String>,
    /// Those of this time or later.
    pub from: Option<Timestamp>,
    /// Those before this time.
    pub to: Option<Timestamp>,
}

impl AuditFilter {
    const fn asks_for_kind_or_time(&self) -> bool {
        self.kind.is_some() || self.from.is_some() || self.to.is_some()
    }
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
    /// At most `limit` entries of the auditor's tenant's log, newest first; by kind or time in the order of their times, else in
    /// that of their numbers. Both are the same but for what nodes whose clocks differ have written at once.
    ///
    /// # Errors
    /// [`TenancyError::Invalid`] for a kind that there is not, and for a rule together with something else.
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
            (transfer, Some(_)) if transfer.is_some() || filter.asks_for_kind_or_time() => {
                return Err(TenancyError::Invalid("by a rule, or by something else: not by both"));
            }
            (transfer, None) if filter.asks_for_kind_or_time() => {
                let kind = filter.kind.as_deref();
                if kind.is_some_and(|kind| !AUDIT_KINDS.contains(&kind)) {
                    return Err(TenancyError::Invalid("kind is none of the audit log"));
                }
                let from = filter.from.unwrap_or(Timestamp::from_unix_millis(i64::MIN));
                match until(&mut conn, session.tenant(), &filter).await? {
                    Some(until) => {
                        let search = AuditSearch { kind, transfer, from, until };
                        conn.search_audit(session.tenant(), &search, rows).await?
                    }
                    None => Vec::new(),
                }
            }
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

/// Before which the entries lie that are searched for; `None` if there are none before number `before` any more.
async fn until(
    conn: &mut Conn,
    tenant: TenantId,
    filter: &AuditFilter,
) -> Result<Option<(Timestamp, u64)>, TenancyError> {
    let end = (filter.to.unwrap_or(Timestamp::from_unix_millis(i64::MAX)), 0);
    let Some(before) = filter.before else { return Ok(Some(end)) };
    let head = conn.audit_head(tenant).await?.ok_or(TenancyError::NotFound)?;
    if before > head.seq {
        return Ok(Some(end));
    }
    // Where it was removed with age, so was all before it.
    let at = conn.audit_entry_at(tenant, before).await?;
    Ok(at.map(|at| end.min((at, before))))
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
