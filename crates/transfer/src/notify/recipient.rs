//! What a recipient is told: that something is there.

use std::fmt;

use sealpost_domain::{EmailAddress, RecipientId, TenantId, Timestamp};

use super::Addressed;
use crate::{Service, TransferError, audit::Event, get::subject, place::Place};

/// What a recipient is told: that something is there, or that its end is near.
#[derive(Clone)]
pub struct Notification {
    /// To whom.
    pub to: EmailAddress,
    /// Who sent it.
    pub sender: EmailAddress,
    /// His name.
    pub sender_name: String,
    /// Of somebody who has sent it in: whether he has shown that the address is his. `None`: a user has sent it.
    pub sender_proved: Option<bool>,
    /// The subject, if there is one.
    pub subject: Option<String>,
    /// The recipient's link.
    pub url: String,
    /// How many files.
    pub file_count: u64,
    /// Their bytes.
    pub byte_count: u64,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whether a password is needed, which the sender gives by another way.
    pub password_needed: bool,
    /// Whether the sender's program has sealed it: he gives the second part of the link by himself.
    pub sealed_by_sender: bool,
    /// Whether the uploader's program has sealed it to a key of the recipient's, or of a team of his.
    pub sealed_to_key: bool,
}

/// Without the link: whoever has it, reads.
impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notification").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl Service {
    /// What to tell a recipient; `None` if there is nothing to tell any more.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn notification(
        &self,
        tenant: TenantId,
        recipient: RecipientId,
    ) -> Result<Option<Notification>, TransferError> {
        match self.addressed(tenant, recipient).await? {
            Some(delivery) if delivery.recipient.notified_at.is_none() => {
                Ok(Some(self.compose(&delivery).await?))
            }
            _ => Ok(None),
        }
    }

    /// What to tell a recipient once more; `None` if there is nothing to tell any more.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn notification_again(
        &self,
        tenant: TenantId,
        recipient: RecipientId,
    ) -> Result<Option<Notification>, TransferError> {
        match self.addressed(tenant, recipient).await? {
            Some(delivery) => Ok(Some(self.compose(&delivery).await?)),
            None => Ok(None),
        }
    }

    /// Notes that a recipient was told.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mark_notified(&self, recipient: RecipientId) -> Result<(), TransferError> {
        self.mark(recipient, Event::RecipientNotified { recipient }).await
    }

    /// Notes that a mail server does not deliver to a recipient.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mark_unreachable(&self, recipient: RecipientId) -> Result<(), TransferError> {
        self.mark(recipient, Event::RecipientUnreachable { recipient }).await
    }

    /// Notes what became of a mail: the first time in the row and in the log.
    pub(super) async fn mark(&self, recipient: RecipientId, event: Event) -> Result<(), TransferError> {
        let Some(delivery) = self.db().read().await?.delivery_of_recipient(recipient).await? else {
            return Ok(()); // purged meanwhile
        };
        let place = Place { tenant: delivery.transfer.tenant_id, transfer: delivery.transfer.id };
        let now = self.now();
        let mut tx = self.db().write().await?;
        let first = match event {
            Event::RecipientReminded { .. } => tx.set_reminded(recipient, now).await?,
            Event::RecipientUnreachable { .. } => tx.set_bounced(recipient, now).await?,
            _ => tx.set_notified(recipient, now).await?,
        };
        if first {
            event.record(&mut tx, place, now).await?;
        }
        Ok(tx.commit().await?)
    }

    pub(super) async fn compose(&self, delivery: &Addressed) -> Result<Notification, TransferError> {
        let row = &delivery.transfer.row;
        let link = self.link(&delivery.transfer, &delivery.recipient)?;
        let sender = self.sender(&delivery.tenant, &delivery.transfer).await?;
        Ok(Notification {
            to: link.email,
            sender: sender.address,
            sender_name: sender.name,
            sender_proved: sender.proved,
            subject: subject(&delivery.transfer)?,
            url: link.url,
            file_count: row.file_count,
            byte_count: row.byte_count,
            expires_at: row.expires_at,
            password_needed: delivery.recipient.protection.unwrap_or(row.protection).needs_password(),
            sealed_by_sender: row.is_sealed_by_link(),
            sealed_to_key: row.is_zero_knowledge() && !row.is_sealed_by_link(),
        })
    }
}
