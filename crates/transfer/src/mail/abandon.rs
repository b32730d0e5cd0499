//! Giving up what goes with a mail that was never sent.

use std::time::Duration;

use sealpost_domain::TenantId;

use crate::{Service, TransferError, purge::Cause};

/// Looked at together.
const BATCH: u64 = 100;

impl Service {
    /// Removes drafts that go with a mail, once nothing has come of them for as long as the tenant keeps unfinished uploads: no file,
    /// no change, and nobody has asked for the link. Uploads that go on, or could be gone on with, keep theirs.
    ///
    /// # Errors
    /// Those of the stores; what was not reached is left to the next run.
    pub async fn abandon_mail_drafts(&self) -> Result<u64, TransferError> {
        let tenants = self.db().read().await?.tenants().await?;
        let mut removed = 0;
        for tenant in tenants {
            let idle = Duration::from_secs(tenant.policy.upload_idle_seconds);
            removed += self.abandon_mail_drafts_of(tenant.id, idle).await?;
        }
        Ok(removed)
    }

    async fn abandon_mail_drafts_of(&self, tenant: TenantId, idle: Duration) -> Result<u64, TransferError> {
        // Read once: a clock that jumps ahead in the middle of a run makes no more of it idle.
        let before = self.now() - idle;
        let mut removed = 0;
        loop {
            let drafts = self.db().read().await?.idle_mail_drafts(tenant, before, BATCH).await?;
            let found = removed;
            for id in &drafts {
                match self.purge_one(tenant, *id, Cause::Discarded(before)).await {
                    Ok(()) => removed += 1,
                    // A container that fails keeps nothing of others: what was begun is ended by the next purge.
                    Err(error) => {
                        let error = &error as &dyn std::error::Error;
                        tracing::warn!(transfer = %id, error, "a discarded draft is left to a later run");
                    }
                }
            }
            if removed == found || (drafts.len() as u64) < BATCH {
                return Ok(removed);
            }
        }
    }
}
