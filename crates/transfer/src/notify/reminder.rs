//! Reminding recipients who have fetched nothing.

use std::time::Duration;

use sealpost_db::Recipient;
use sealpost_domain::{Job, RecipientId, TenantId};

use super::Notification;
use crate::{Service, TransferError, audit::Event};

/// Recipients looked at together.
const BATCH: u64 = 100;

impl Service {
    /// What to remind a recipient of; `None` if he needs no reminder, or not now (he is blocked, say): then it may be queued
    /// again.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn reminder(
        &self,
        tenant: TenantId,
        recipient: RecipientId,
    ) -> Result<Option<Notification>, TransferError> {
        let needs = |row: &Recipient| row.downloaded_at.is_none() && row.reminded_at.is_none();
        match self.addressed(tenant, recipient).await? {
            Some(delivery) if needs(&delivery.recipient) => Ok(Some(self.compose(&delivery).await?)),
            _ => {
                let mut tx = self.db().write().await?;
                tx.forget_reminder(recipient).await?;
                tx.commit().await?;
                Ok(None)
            }
        }
    }

    /// Notes that a recipient was reminded.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mark_reminded(&self, recipient: RecipientId) -> Result<(), TransferError> {
        self.mark(recipient, Event::RecipientReminded { recipient }).await
    }

    /// Queues a reminder for every recipient whose tenant wants one and whose time has come.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn enqueue_reminders(&self) -> Result<u64, TransferError> {
        let tenants = self.db().read().await?.tenants().await?;
        let mut count = 0;
        for tenant in tenants {
            // Nobody is reminded of what he could not fetch; if the tenant resumes in time, it is done then.
            let Some(seconds) = tenant.policy.reminder_seconds.filter(|_| tenant.suspended_at.is_none())
            else {
                continue;
            };
            loop {
                let queued = self.enqueue_some(tenant.id, Duration::from_secs(seconds)).await?;
                count += queued;
                if queued < BATCH {
                    break;
                }
            }
        }
        Ok(count)
    }

    /// Queues reminders for the next of them. Each is noted as queued, so that the next look finds others.
    async fn enqueue_some(&self, tenant: TenantId, notice: Duration) -> Result<u64, TransferError> {
        let now = self.now();
        let mut tx = self.db().write().await?;
        let due = tx.reminders_due(tenant, now, now + notice, BATCH).await?;
        for reminder in &due {
            let job = Job::Remind { tenant, recipient: reminder.recipient_id };
            self.enqueue(&mut tx, &job, now).await?;
            tx.set_reminder_queued(reminder.recipient_id, now).await?;
        }
        tx.commit().await?;
        Ok(due.len() as u64)
    }
}
