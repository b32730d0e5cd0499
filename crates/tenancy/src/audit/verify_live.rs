//! Whether the log in the database is what was signed.

use sealpost_auth::OperatorGrant;

use super::{AuditBreak, LogVerifier, PAGE, Verified};
use crate::{Tenancy, TenancyError};

impl Tenancy {
    /// Reads the whole log of the operator's tenant and holds it against its own checkpoints and against `notes`, which
    /// were kept elsewhere. What is wrong with it is no error of the service.
    ///
    /// # Errors
    /// Those of the database and of the keys.
    pub async fn verify_audit(
        &self,
        operator: &OperatorGrant,
        notes: &[String],
    ) -> Result<Result<Verified, AuditBreak>, TenancyError> {
        let tenant = operator.tenant();
        let signer = self.audit_signer(tenant).await?;
        let mut conn = self.db.read().await?;
        let head = conn.audit_head(tenant).await?.ok_or(TenancyError::NotFound)?;
        let tree = conn.audit_tree(tenant).await?;
        let mut log = match LogVerifier::new(tenant, signer, tree.start(), &tree.start_nodes) {
            Ok(log) => log,
            Err(broken) => return Ok(Err(broken)),
        };
        let mut after = tree.start_seq.saturating_sub(1);
        loop {
            let rows = conn.audit_checkpoints(tenant, after, PAGE).await?;
            for row in rows.iter().filter(|row| row.seq <= head.seq) {
                if let Err(broken) = log.checkpoint(&row.note) {
                    return Ok(Err(broken));
                }
            }
            match rows.last() {
                Some(last) if last.seq <= head.seq => after = last.seq,
                _ => break,
            }
        }
        if let Err(broken) = notes.iter().try_for_each(|note| log.checkpoint(note)) {
            return Ok(Err(broken));
        }
        let mut last = tree.start();
        while last.seq < head.seq {
            let entries = conn.audit_after(tenant, last.seq, PAGE.min(head.seq - last.seq)).await?;
            let Some(end) = entries.last() else { break };
            if let Err(broken) = entries.iter().try_for_each(|entry| log.entry(entry)) {
                return Ok(Err(broken));
            }
            last = sealpost_db::ChainPoint { seq: end.seq, hash: end.hash };
        }
        // The head is written with each entry: entries that lie beyond it, or do not reach it, were tampered with.
        let beyond = conn.audit_after(tenant, head.seq, 1).await?;
        let now = conn.audit_head(tenant).await?;
        if last != head || (!beyond.is_empty() && now.as_ref() == Some(&head)) {
            return Ok(Err(AuditBreak::Chain { seq: last.seq + 1 }));
        }
        Ok(log.finish())
    }
}
