//! Sending on what the logs have that the targets have not: in order, and again until it has arrived.

use std::{sync::Arc, time::Duration};

use sealpost_db::{AuditEvent, ForwardingFailure, ForwardingTarget, User};
use sealpost_domain::{ForwardingTargetId, Job, TenantId, Timestamp};
use sealpost_forward::ForwardError;
use sealpost_sealed::TenantKey;
use serde_json::json;

use super::open;
use crate::{Tenancy, TenancyError};

/// Most batches of one run: so that a target that is far behind does not hold a place for ever. The clock wants the next.
const BATCHES: usize = 100;
/// The wait after the first failure; it doubles with each.
const FIRST_WAIT: Duration = Duration::from_secs(10);
const LONGEST_WAIT: Duration = Duration::from_secs(600);
/// A target that fails for so long is something for people.
const TELL_AFTER: Duration = Duration::from_secs(24 * 3_600);

impl Tenancy {
    /// Queues a job for each target to which something is to be sent, and says for how many.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn queue_forwarding(&self) -> Result<usize, TenancyError> {
        let now = self.clock.now();
        let due = self.db.read().await?.forwarding_due(now).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let mut tx = self.db.write().await?;
        for target in &due {
            let job = Job::ForwardAudit { tenant: target.tenant_id, target: target.id };
            self.enqueue(&mut tx, &job, now).await?;
        }
        tx.commit().await?;
        Ok(due.len())
    }

    /// Sends on what a target has not, batch by batch, until it has all, or fails: that is noted with the target, which is
    /// tried again later and later.
    ///
    /// # Errors
    /// Those of the database and of the keys.
    pub async fn forward_audit(
        &self,
        tenant: TenantId,
        target: ForwardingTargetId,
    ) -> Result<(), TenancyError> {
        let mut conn = self.db.read().await?;
        let Some(row) = conn.tenant(tenant).await?.filter(|row| !row.tenant_key.is_empty()) else {
            return Ok(());
        };
        drop(conn);
        let key: Arc<TenantKey> = self.keys.tenant_key(tenant, &row.tenant_key).await?;
        for _ in 0..BATCHES {
            let target = self.db.read().await?.forwarding_target(tenant, target).await?;
            let now = self.clock.now();
            let Some(target) = target.filter(|target| target.enabled && target.next_at <= now) else {
                break;
            };
            if !self.forward_batch(&target, &key).await? {
                break;
            }
        }
        Ok(())
    }

    /// `false` if there is nothing more to do now.
    async fn forward_batch(&self, target: &ForwardingTarget, key: &TenantKey) -> Result<bool, TenancyError> {
        let (tenant, id, from) = (target.tenant_id, target.id, target.position);
        let entries = self.next_entries(target).await?;
        let Some((first, last)) = entries.first().zip(entries.last()).map(|(a, b)| (a.seq, b.seq)) else {
            return Ok(false);
        };
        if first > from + 1 {
            return self.skip(target, first - 1).await;
        }
        let batch = self.batch(target, key, entries).await?;
        if batch.events.is_empty() {
            let mut tx = self.db.write().await?;
            let advanced = tx.advance_forwarding(tenant, id, from, last).await?;
            tx.commit().await?;
            return Ok(advanced);
        }
        let destination = open(key, target)?;
        match self.forwarder.send(&destination, &batch, self.clock.now()).await {
            Ok(()) => {
                let mut tx = self.db.write().await?;
                let ours = tx.forwarding_delivered(tenant, id, from, last, self.clock.now()).await?;
                tx.commit().await?;
                Ok(ours)
            }
            Err(error) => self.failed(target, last, &error).await.map(|()| false),
        }
    }

    /// The entries up to `to` are gone: their time was over before they had been sent. That is in the log, and so it is told
    /// over there, too.
    async fn skip(&self, target: &ForwardingTarget, to: u64) -> Result<bool, TenancyError> {
        let mut tx = self.db.write().await?;
        if !tx.advance_forwarding(target.tenant_id, target.id, target.position, to).await? {
            return Ok(false);
        }
        let payload = json!({ "by": "service", "target": target.id, "after": target.position, "up_to": to });
        let at = self.clock.now();
        let event =
            AuditEvent { at, kind: "forwarding.skipped", transfer_id: None, payload: &payload, sealed: None };
        tx.append_audit(target.tenant_id, &[event]).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn failed(
        &self,
        target: &ForwardingTarget,
        batch_end: u64,
        error: &ForwardError,
    ) -> Result<(), TenancyError> {
        let (tenant, id, now) = (target.tenant_id, target.id, self.clock.now());
        tracing::warn!(%tenant, target = %id, %error, "audit entries were not forwarded");
        let text = error.to_string();
        let failure =
            ForwardingFailure { batch_end, at: now, next_at: now + wait(target.attempts), error: &text };
        let mut tx = self.db.write().await?;
        let noted = tx.forwarding_failed(tenant, id, target.position, failure).await?;
        if noted && is_for_people(target, now) && tx.forwarding_told(tenant, id, now).await? {
            for admin in tx.users(tenant).await?.into_iter().filter(User::administers) {
                let job = Job::NotifyForwarding { tenant, target: id, admin: admin.id };
                self.enqueue(&mut tx, &job, now).await?;
            }
        }
        Ok(tx.commit().await?)
    }
}

/// How long a target waits that has failed so often before.
fn wait(failures: u64) -> Duration {
    let doublings = u32::try_from(failures.min(16)).unwrap_or(16);
    FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT)
}

fn is_for_people(target: &ForwardingTarget, now: Timestamp) -> bool {
    target.failing_since.is_some_and(|since| since + TELL_AFTER <= now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_ten_minutes() {
        for (failures, seconds) in [(0, 10), (1, 20), (5, 320), (6, 600), (u64::MAX, 600)] {
            assert_eq!(wait(failures), Duration::from_secs(seconds), "{failures}");
        }
    }
}
