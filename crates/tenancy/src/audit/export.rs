//! Handing a log out, page by page: everything that is needed to verify it elsewhere.

use std::collections::VecDeque;

use data_encoding::HEXLOWER;
use sealpost_auth::{AuditorSession, OperatorGrant};
use sealpost_db::{AuditCheckpoint, ChainPoint};
use sealpost_domain::{TenantId, Timestamp};
use sealpost_sealed::merkle::{CompactRange, leaf_hash};
use serde_json::json;

use super::{ExportLine, FORMAT, PAGE};
use crate::{Tenancy, TenancyError};

/// Which part of a log is handed out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExportRange {
    /// From the first entry of this time on, or a little earlier: an export begins after a checkpoint.
    pub from: Option<Timestamp>,
}

/// A log on its way out: its lines, page by page. Memory stays the same however long the log is.
#[derive(Debug)]
pub struct AuditExport {
    tenancy: Tenancy,
    tenant: TenantId,
    /// Goes no further than this, whatever is written meanwhile.
    end: u64,
    last: u64,
    checkpoints: VecDeque<AuditCheckpoint>,
    first_page: Option<String>,
    ended: bool,
}

impl Tenancy {
    /// Hands out the auditor's tenant's log; that it was is in it.
    ///
    /// # Errors
    /// Those of the database and of the keys.
    pub async fn export_audit(
        &self,
        session: &AuditorSession,
        range: ExportRange,
    ) -> Result<AuditExport, TenancyError> {
        let tenant = session.tenant();
        let payload = json!({ "by": session.user() });
        let event = sealpost_db::AuditEvent {
            at: self.clock.now(),
            kind: "audit.exported",
            transfer_id: None,
            payload: &payload,
            sealed: None,
        };
        let mut tx = self.db.write().await?;
        tx.append_audit(tenant, &[event]).await?;
        tx.commit().await?;
        self.export_log(tenant, range).await
    }

    /// Hands out the log of the operator's tenant; that it was is in it.
    ///
    /// # Errors
    /// Those of the database and of the keys.
    pub async fn export_audit_at_machine(
        &self,
        operator: &OperatorGrant,
        range: ExportRange,
    ) -> Result<AuditExport, TenancyError> {
        let mut tx = self.db.write().await?;
        operator.record(&mut tx, self.clock.now(), "audit.exported", json!({})).await?;
        tx.commit().await?;
        self.export_log(operator.tenant(), range).await
    }

    pub(crate) async fn export_log(
        &self,
        tenant: TenantId,
        range: ExportRange,
    ) -> Result<AuditExport, TenancyError> {
        let signer = self.audit_signer(tenant).await?;
        let mut conn = self.db.read().await?;
        let head = conn.audit_head(tenant).await?.ok_or(TenancyError::NotFound)?;
        drop(conn);
        let (start, nodes) = self.beginning(tenant, range).await?;
        let (nodes, _) = nodes.as_chunks::<32>();
        let first = ExportLine::Log {
            format: FORMAT.to_owned(),
            tenant,
            key: signer.to_string(),
            start: start.seq,
            start_hash: HEXLOWER.encode(&start.hash),
            start_nodes: nodes.iter().map(|node| HEXLOWER.encode(node)).collect(),
        };
        let mut text = first.to_text();
        let mut conn = self.db.read().await?;
        // The one that attests what came before.
        let attested = conn.audit_checkpoints(tenant, start.seq.saturating_sub(1), 1).await?.pop();
        if let Some(attested) = attested.filter(|row| row.seq == start.seq) {
            text.push_str(&ExportLine::Checkpoint { note: attested.note }.to_text());
        }
        Ok(AuditExport {
            tenancy: self.clone(),
            tenant,
            end: head.seq,
            last: start.seq,
            checkpoints: VecDeque::new(),
            first_page: Some(text),
            ended: false,
        })
    }

    /// Where an export begins, and the whole subtrees of what comes before: after the last checkpoint before the wish.
    async fn beginning(
        &self,
        tenant: TenantId,
        range: ExportRange,
    ) -> Result<(ChainPoint, Vec<u8>), TenancyError> {
        let mut conn = self.db.read().await?;
        let tree = conn.audit_tree(tenant).await?;
        let mut start = tree.start();
        let Some(from) = range.from else {
            return Ok((start, tree.start_nodes));
        };
        let mut nodes = CompactRange::from_bytes(start.seq, &tree.start_nodes)
            .ok_or(TenancyError::Corrupt("audit_trees"))?;
        let until = conn.last_audit_checkpoint_before(tenant, from).await?.map_or(0, |row| row.seq);
        while start.seq < until {
            let entries = conn.audit_after(tenant, start.seq, PAGE.min(until - start.seq)).await?;
            let Some(last) = entries.last() else { break };
            start = ChainPoint { seq: last.seq, hash: last.hash };
            entries.iter().for_each(|entry| nodes.push(leaf_hash(&entry.hash)));
        }
        Ok((start, nodes.to_bytes()))
    }
}

impl AuditExport {
    /// The next lines; `None` after the last.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next(&mut self) -> Result<Option<String>, TenancyError> {
        if let Some(first) = self.first_page.take() {
            return Ok(Some(first));
        }
        if self.ended {
            return Ok(None);
        }
        let mut conn = self.tenancy.db.read().await?;
        let entries = conn.audit_after(self.tenant, self.last, PAGE.min(self.end - self.last)).await?;
        let mut text = String::new();
        for entry in &entries {
            text.push_str(&ExportLine::of(entry).to_text());
            self.last = entry.seq;
            if self.checkpoints.is_empty() {
                let next = conn.audit_checkpoints(self.tenant, entry.seq - 1, PAGE).await?;
                self.checkpoints = next.into();
            }
            while self.checkpoints.front().is_some_and(|row| row.seq < entry.seq) {
                self.checkpoints.pop_front();
            }
            if let Some(row) = self.checkpoints.pop_front_if(|row| row.seq == entry.seq) {
                text.push_str(&ExportLine::Checkpoint { note: row.note }.to_text());
            }
        }
        if entries.is_empty() || self.last >= self.end {
            self.ended = true;
            text.push_str(&ExportLine::End { seq: self.last }.to_text());
        }
        Ok(Some(text))
    }
}
