//! What is removed by and by: uploads that nobody went on with, and the keys of days that are over.

use std::collections::BTreeMap;

use sealpost_db::{AuditEvent, Claim, ExpiredUpload};
use sealpost_domain::{Epoch, TenantId, Timestamp};
use sealpost_keys::{EPOCH_GRACE, TenantEpoch};
use serde_json::json;

use crate::{Service, TransferError, remove::Removal};

/// Rows looked at together.
const BATCH: u64 = 100;

impl Service {
    /// Removes uploads whose time is over, and gives back the places that they took. Then tries again what could not be
    /// removed before.
    ///
    /// # Errors
    /// Those of the stores; what was not reached is left to the next run.
    pub async fn abandon_uploads(&self) -> Result<u64, TransferError> {
        // Read once: a clock that jumps ahead in the middle of a run makes no more of it expired.
        let run_began = self.now();
        let mut removed = 0;
        loop {
            let expired = self.db().read().await?.expired_uploads(run_began, BATCH).await?;
            let before = removed;
            for upload in &expired {
                removed += u64::from(self.abandon(upload, run_began).await?);
            }
            if removed == before {
                break;
            }
        }
        self.remove_leftovers().await?;
        Ok(removed)
    }

    /// Removes one of them, unless somebody has gone on with it or joined it meanwhile.
    async fn abandon(&self, upload: &ExpiredUpload, run_began: Timestamp) -> Result<bool, TransferError> {
        let now = self.now();
        let lease_end = now + self.limits().upload_lease;
        let mut tx = self.db().write().await?;
        // A writer that comes back at this moment keeps it, or is fenced off.
        let claim = tx.claim_upload(upload.tenant_id, upload.id, now, lease_end).await?;
        tx.commit().await?;
        let Claim::Claimed(upload) = claim else { return Ok(false) };
        if upload.expires_at > run_began {
            self.release(upload.id, upload.fence).await?;
            return Ok(false);
        }
        match self.remove_upload(&upload, Removal::Abandoned).await {
            Ok(()) => Ok(true),
            Err(TransferError::UploadLocked) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Destroys the keys of expiry days that are over: from then on no copy of what expired opens, wherever it is. Each is an
    /// entry of its tenant's log, which a crash just after it was destroyed leaves out.
    ///
    /// # Errors
    /// Those of the keyring and the database; what was destroyed stays so.
    pub async fn destroy_epochs(&self) -> Result<u64, TransferError> {
        // Read once, as above: a jump ahead in the middle of a run must not take keys that it does not take at its start.
        let today = (self.now() - EPOCH_GRACE).epoch();
        let mut destroyed = 0;
        loop {
            let epochs = self.keys().destroy_epochs_before(today, BATCH).await?;
            for epoch in &epochs {
                tracing::info!(tenant = %epoch.tenant_id, epoch = %epoch.epoch, "epoch key destroyed");
            }
            destroyed += epochs.len() as u64;
            if epochs.is_empty() {
                return Ok(destroyed);
            }
            self.record_destroyed(&epochs).await?;
        }
    }

    async fn record_destroyed(&self, epochs: &[TenantEpoch]) -> Result<(), TransferError> {
        // In the order of tenants, so that two nodes never wait for each other's logs.
        let mut by_tenant: BTreeMap<TenantId, Vec<Epoch>> = BTreeMap::new();
        for TenantEpoch { tenant_id, epoch } in epochs {
            by_tenant.entry(*tenant_id).or_default().push(*epoch);
        }
        let (at, mut tx) = (self.now(), self.db().write().await?);
        for (tenant, days) in by_tenant {
            // A tenant that was removed has no log any more.
            if tx.audit_head(tenant).await?.is_none() {
                continue;
            }
            let payloads: Vec<_> =
                days.iter().map(|day| json!({ "by": "service", "day": day.date() })).collect();
            let event = |payload| AuditEvent {
                at,
                kind: "epoch.destroyed",
                transfer_id: None,
                payload,
                sealed: None,
            };
            let events: Vec<_> = payloads.iter().map(event).collect();
            tx.append_audit(tenant, &events).await?;
        }
        Ok(tx.commit().await?)
    }
}
