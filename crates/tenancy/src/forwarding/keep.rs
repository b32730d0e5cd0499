//! Looking at targets, trying them, giving them new secrets, taking them away.

use std::time::{Duration, Instant};

use sealpost_auth::{OwnerSession, SteppedUp};
use sealpost_db::ForwardingTarget;
use sealpost_domain::{ForwardingTargetId, Timestamp};
use sealpost_forward::{Destination, WebhookSecret};
use sealpost_sealed::random_bytes;
use serde_json::json;

use super::{ForwardingView, open, view};
use crate::{Tenancy, TenancyError};

/// How long the secret before the newest counts.
const BOTH_COUNT_FOR: Duration = Duration::from_secs(24 * 3_600);

/// What a test has come to.
#[derive(Debug, Clone)]
pub struct ForwardingTest {
    /// Why it did not arrive; `None` if it did.
    pub error: Option<String>,
    /// How long it took.
    pub took: Duration,
}

/// A webhook's new secret.
#[derive(Debug, Clone)]
pub struct ForwardingSecret {
    /// It; nobody is shown it again.
    pub secret: String,
    /// Until when the one before counts, too.
    pub previous_until: Timestamp,
}

impl Tenancy {
    /// The tenant's targets in the order in which they were added.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn forwarding_targets(
        &self,
        owner: &OwnerSession,
    ) -> Result<Vec<ForwardingView>, TenancyError> {
        let mut conn = self.db.read().await?;
        let rows = conn.forwarding_targets(owner.tenant()).await?;
        let head = conn.audit_head(owner.tenant()).await?.ok_or(TenancyError::NotFound)?.seq;
        drop(conn);
        rows.into_iter()
            .map(|row| {
                let destination = open(owner.tenant_key(), &row)?;
                view(row, destination, head)
            })
            .collect()
    }

    /// One of the tenant's targets.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`].
    pub async fn forwarding_target(
        &self,
        owner: &OwnerSession,
        id: ForwardingTargetId,
    ) -> Result<ForwardingView, TenancyError> {
        let mut conn = self.db.read().await?;
        let row = conn.forwarding_target(owner.tenant(), id).await?.ok_or(TenancyError::NotFound)?;
        let head = conn.audit_head(owner.tenant()).await?.ok_or(TenancyError::NotFound)?.seq;
        drop(conn);
        let destination = open(owner.tenant_key(), &row)?;
        view(row, destination, head)
    }

    /// Takes a target away. What was sent stays over there.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`].
    pub async fn remove_forwarding(
        &self,
        owner: &SteppedUp<OwnerSession>,
        id: ForwardingTargetId,
    ) -> Result<(), TenancyError> {
        let mut tx = self.db.write().await?;
        let row = tx.forwarding_target(owner.tenant(), id).await?.ok_or(TenancyError::NotFound)?;
        tx.delete_forwarding_target(owner.tenant(), id).await?;
        let payload = json!({ "target": id, "up_to": row.position });
        owner.manage().record(&mut tx, self.clock.now(), "forwarding.removed", payload).await?;
        Ok(tx.commit().await?)
    }

    /// Sends one event that is in no log, and says what became of it.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`].
    pub async fn test_forwarding(
        &self,
        owner: &SteppedUp<OwnerSession>,
        id: ForwardingTargetId,
    ) -> Result<ForwardingTest, TenancyError> {
        let (tenant, now) = (owner.tenant(), self.clock.now());
        let row = self.db.read().await?.forwarding_target(tenant, id).await?;
        let destination = open(owner.tenant_key(), &row.ok_or(TenancyError::NotFound)?)?;
        let begun = Instant::now();
        let name = format!("msg_{id}_test_{}", now.unix_millis());
        let sent = self.forwarder.test(&destination, tenant, name, now).await;
        let took = begun.elapsed();
        let mut tx = self.db.write().await?;
        let payload = json!({ "target": id, "arrived": sent.is_ok() });
        owner.manage().record(&mut tx, self.clock.now(), "forwarding.tested", payload).await?;
        tx.commit().await?;
        Ok(ForwardingTest { error: sent.err().map(|error| error.to_string()), took })
    }

    /// Gives a webhook a new secret. The one before counts for a day yet: batches are signed with both.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`], [`TenancyError::Invalid`] for a collector of syslog, which has none.
    pub async fn rotate_forwarding_secret(
        &self,
        owner: &SteppedUp<OwnerSession>,
        id: ForwardingTargetId,
    ) -> Result<ForwardingSecret, TenancyError> {
        let (tenant, now) = (owner.tenant(), self.clock.now());
        let mut tx = self.db.write().await?;
        let before = tx.forwarding_target(tenant, id).await?.ok_or(TenancyError::NotFound)?;
        let Destination::Webhook(mut webhook) = open(owner.tenant_key(), &before)? else {
            return Err(TenancyError::Invalid("only webhooks have secrets"));
        };
        let secret = WebhookSecret::new(&random_bytes(&*self.random));
        let previous_until = now + BOTH_COUNT_FOR;
        webhook.secrets.truncate(1);
        webhook.secrets.iter_mut().for_each(|old| old.until = Some(previous_until));
        webhook.secrets.insert(0, secret.clone());
        let destination = self.seal(owner.tenant_key(), tenant, id, &Destination::Webhook(webhook));
        let row = ForwardingTarget { destination, next_at: now, ..before };
        tx.update_forwarding_target(&row).await?;
        owner.manage().record(&mut tx, now, "forwarding.rotated", json!({ "target": id })).await?;
        tx.commit().await?;
        Ok(ForwardingSecret { secret: secret.value, previous_until })
    }
}
