//! Signing the logs that have grown.

use sealpost_db::{AuditCheckpoint, AuditTree, verify_chain};
use sealpost_domain::TenantId;
use sealpost_sealed::{
    Checkpoint,
    merkle::{CompactRange, leaf_hash},
};

use super::{PAGE, log_origin};
use crate::{Tenancy, TenancyError};

/// What a run of signing did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SignedLogs {
    /// Logs that have a new checkpoint.
    pub signed: u64,
    /// Logs that are broken since their last checkpoint: they are not signed.
    pub broken: u64,
    /// Checkpoints that were written to where the service does not rewrite them.
    pub exported: u64,
}

impl Tenancy {
    /// Signs the head of every log that has grown since its last checkpoint, and hands the checkpoints out. A log that is
    /// broken since then is not signed: the log of the service says so, every time.
    ///
    /// # Errors
    /// Those of the database, of the keys, and of the directory for checkpoints; what was signed is then handed out by the
    /// next run.
    pub async fn checkpoint_audit(&self) -> Result<SignedLogs, TenancyError> {
        let mut counts = SignedLogs::default();
        let tenants = self.db.read().await?.audits_to_sign().await?;
        for tenant in tenants {
            match self.sign_log(tenant).await {
                Ok(signed) => counts.signed += u64::from(signed),
                Err(TenancyError::AuditBroken(broken)) => {
                    counts.broken += 1;
                    tracing::error!(%tenant, %broken, "the audit log was tampered with: it is not signed");
                }
                Err(error) => return Err(error),
            }
        }
        counts.exported = self.export_checkpoints().await?;
        Ok(counts)
    }

    /// `false` if somebody else was faster.
    pub(crate) async fn sign_log(&self, tenant: TenantId) -> Result<bool, TenancyError> {
        let mut conn = self.db.read().await?;
        let mut tree = conn.audit_tree(tenant).await?;
        let (before, mut last) = (tree.seq, tree.signed());
        let mut range =
            CompactRange::from_bytes(tree.seq, &tree.nodes).ok_or(TenancyError::Corrupt("audit_trees"))?;
        loop {
            let entries = conn.audit_after(tenant, last.seq, PAGE).await?;
            if entries.is_empty() {
                break;
            }
            last = verify_chain(tenant, last, &entries)?;
            entries.iter().for_each(|entry| range.push(leaf_hash(&entry.hash)));
        }
        drop(conn);
        if range.size() == before {
            return Ok(false);
        }
        let (key, now) = (self.keys.audit_key().await?, self.clock.now());
        let checkpoint = Checkpoint {
            origin: log_origin(tenant),
            size: range.size(),
            root: range.root(),
            at: Some(now.unix_millis()),
        };
        let row = AuditCheckpoint {
            tenant_id: tenant,
            seq: last.seq,
            at: now,
            note: checkpoint.sign(&key)?,
            exported_at: None,
        };
        tree = AuditTree { seq: last.seq, hash: last.hash, nodes: range.to_bytes(), ..tree };
        let mut tx = self.db.write().await?;
        let signed = tx.insert_audit_checkpoint(before, &tree, &row).await?;
        tx.commit().await?;
        Ok(signed)
    }
}
