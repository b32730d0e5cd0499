//! The first step: the point of no return, and what is written down of the tenant before anything goes.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use sealpost_certificate::LogEntryRef;
use sealpost_db::{AuditEvent, TenantRemoval};
use sealpost_domain::{TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Tenancy, TenancyError};

/// Keys that are counted; more than a tenant has.
const MOST_DAYS: u64 = 100_000;
/// Entries at the end of the log that the record names.
const LAST_ENTRIES: u64 = 3;

/// The end of a tenant's log, as its removal's record keeps it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct LogEnd {
    /// Its last entries, oldest first.
    pub(super) entries: Vec<LogEntryRef>,
    /// Its last checkpoint.
    pub(super) checkpoint: Option<String>,
}

impl Tenancy {
    /// Begins the removal of a tenant that was terminated at `until` or before, unless it was begun. `None` if there is
    /// nothing to be done: the termination was undone, or nothing was ever there.
    pub(super) async fn begin_removal(
        &self,
        tenant: TenantId,
        until: Timestamp,
    ) -> Result<Option<TenantRemoval>, TenancyError> {
        let mut conn = self.db.read().await?;
        if let Some(begun) = conn.tenant_removal(tenant).await? {
            return Ok(Some(begun));
        }
        let counted = conn.rows_of_tenant(tenant).await?;
        let counted: BTreeMap<_, _> = counted
            .into_iter()
            .filter(|table| table.row_count > 0)
            .map(|table| (table.table_name, table.row_count))
            .collect();
        drop(conn);
        let epoch_keys = self.keys.count_epochs_of(tenant, MOST_DAYS).await?;
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let lifecycle = tx.lifecycle_for_update(tenant).await?;
        if let Some(begun) = tx.tenant_removal(tenant).await? {
            return Ok(Some(begun));
        }
        let Some(terminated_at) = lifecycle.and_then(|row| row.terminated_at).filter(|at| *at <= until)
        else {
            return Ok(None);
        };
        let Some(row) = tx.tenant(tenant).await? else {
            return Ok(None);
        };
        let record = TenantRemoval {
            tenant_id: tenant,
            slug: row.slug,
            name: row.name,
            container: row.container,
            terminated_at,
            began_at: now,
            row_counts: json!(counted).to_string(),
            epoch_keys,
            log_end: String::new(),
            removed_at: None,
            certificate: None,
        };
        tx.begin_tenant_removal(&record).await?;
        let payload = json!({ "by": "service" });
        let event = AuditEvent {
            at: now,
            kind: "tenant.removal_began",
            transfer_id: None,
            payload: &payload,
            sealed: None,
        };
        tx.append_audit(tenant, &[event]).await?;
        tx.commit().await?;
        Ok(Some(record))
    }

    /// Signs the log for the last time, hands the checkpoint out, and writes down where the log ended.
    pub(super) async fn note_end_of_log(&self, record: &TenantRemoval) -> Result<(), TenancyError> {
        if !record.log_end.is_empty() {
            return Ok(());
        }
        let tenant = record.tenant_id;
        match self.sign_log(tenant).await {
            // What was tampered with is not signed, and goes all the same.
            Err(TenancyError::AuditBroken(broken)) => {
                tracing::error!(%tenant, %broken, "the last of a log is not signed")
            }
            signed => drop(signed?),
        }
        self.export_checkpoints().await?;
        let mut conn = self.db.read().await?;
        let mut entries = conn.audit_before(tenant, i64::MAX as u64, LAST_ENTRIES).await?;
        entries.reverse();
        let last = entries.last().map_or(0, |entry| entry.seq);
        let checkpoint = conn.audit_checkpoints(tenant, last.saturating_sub(1), 1).await?.pop();
        drop(conn);
        let entries = entries.into_iter().map(|entry| LogEntryRef {
            seq: entry.seq,
            at: entry.at,
            kind: entry.kind,
            hash: HEXLOWER.encode(&entry.hash),
        });
        let end = LogEnd { entries: entries.collect(), checkpoint: checkpoint.map(|row| row.note) };
        let mut tx = self.db.write().await?;
        tx.note_end_of_log(tenant, &json!(end).to_string()).await?;
        Ok(tx.commit().await?)
    }
}
