//! Cutting a log off at its old end.

use std::time::Duration;

use sealpost_db::{AuditEvent, ChainPoint, Tenant, verify_chain};
use sealpost_sealed::merkle::{CompactRange, leaf_hash};
use serde_json::json;

use super::PAGE;
use crate::{Tenancy, TenancyError};

/// Of checkpoints older than this the last of each day is kept.
const ALL_CHECKPOINTS_FOR: Duration = Duration::from_secs(2 * 24 * 3_600);

impl Tenancy {
    /// Removes entries that their tenants keep no longer, and says how many. What is removed ends at a checkpoint that is
    /// kept elsewhere, so that the rest still proves that nothing of it was changed.
    ///
    /// # Errors
    /// Those of the database. A log that is broken is left as it is.
    pub async fn trim_audit(&self) -> Result<u64, TenancyError> {
        let mut removed = 0;
        let tenants = self.db.read().await?.tenants().await?;
        for tenant in tenants {
            match self.trim_log(&tenant).await {
                Ok(count) => removed += count,
                Err(TenancyError::AuditBroken(broken)) => {
                    tracing::error!(tenant = %tenant.id, %broken, "the audit log was tampered with: nothing is removed");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(removed)
    }

    async fn trim_log(&self, tenant: &Tenant) -> Result<u64, TenancyError> {
        let (id, now) = (tenant.id, self.clock.now());
        let until = now - Duration::from_secs(tenant.policy.audit_retention_seconds);
        let mut removed = 0;
        loop {
            let mut conn = self.db.read().await?;
            let tree = conn.audit_tree(id).await?;
            let Some(end) = conn.next_exported_audit_checkpoint(id, tree.start_seq, until).await? else {
                break;
            };
            let mut range = CompactRange::from_bytes(tree.start_seq, &tree.start_nodes)
                .ok_or(TenancyError::Corrupt("audit_trees"))?;
            let mut start = tree.start();
            while start.seq < end.seq {
                let entries = conn.audit_after(id, start.seq, PAGE.min(end.seq - start.seq)).await?;
                if entries.is_empty() {
                    return Err(sealpost_db::ChainBreak { seq: start.seq + 1 }.into());
                }
                start = verify_chain(id, start, &entries)?;
                entries.iter().for_each(|entry| range.push(leaf_hash(&entry.hash)));
            }
            drop(conn);
            removed += self.cut(tenant, tree.start_seq, &start, &range).await?;
        }
        let mut tx = self.db.write().await?;
        let start = tx.audit_tree(id).await?.start_seq;
        tx.thin_audit_checkpoints(id, start, now - ALL_CHECKPOINTS_FOR).await?;
        tx.commit().await?;
        Ok(removed)
    }

    async fn cut(
        &self,
        tenant: &Tenant,
        before: u64,
        start: &ChainPoint,
        range: &CompactRange,
    ) -> Result<u64, TenancyError> {
        let mut tx = self.db.write().await?;
        let Some(removed) = tx.trim_audit(tenant.id, before, start, &range.to_bytes()).await? else {
            return Ok(0);
        };
        let payload = json!({ "by": "service", "entries": removed, "up_to": start.seq });
        let at = self.clock.now();
        let event =
            AuditEvent { at, kind: "audit.trimmed", transfer_id: None, payload: &payload, sealed: None };
        tx.append_audit(tenant.id, &[event]).await?;
        tx.commit().await?;
        Ok(removed)
    }
}
