//! Links of what was sent: mailed once more, and handed back to be copied.

use std::time::Duration;

use sealpost_auth::{LimitKey, Limits, Rate, SendGrant, SenderSession};
use sealpost_db::{Recipient, Transfer};
use sealpost_domain::{Job, RecipientId, TransferId, TransferState};

use crate::{RecipientLink, RecipientView, Service, TransferError, audit::Event, place::Place};

/// How often a recipient's link is mailed again: once in this time,
const PAUSE: Duration = Duration::from_secs(600);
/// and so often in a day. His mailbox is no place to vent anger in.
const A_DAY: (u32, Duration) = (5, Duration::from_secs(24 * 3_600));

impl Service {
    /// Mails a recipient his link again: once in ten minutes, five times a day.
    ///
    /// # Errors
    /// [`TransferError::NotFound`]; [`TransferError::NotReady`] where the link leads nowhere now;
    /// [`TransferError::TooMany`].
    pub async fn notify_again(
        &self,
        limits: &Limits,
        grant: &SendGrant,
        id: TransferId,
        recipient: RecipientId,
    ) -> Result<RecipientView, TransferError> {
        let session: &SenderSession = grant;
        let row = self.sent_for(session, id, session.sees_all()).await?;
        let found = self.db().read().await?.recipient(id, recipient).await?;
        self.leads_somewhere(&row, found.as_ref().ok_or(TransferError::NotFound)?)?;
        if row.state == TransferState::Sealed {
            return Err(TransferError::NotReady(
                "it is still being looked into: links are mailed after that",
            ));
        }
        let place = Place { tenant: row.tenant_id, transfer: id };
        let key = |what| LimitKey::link(what, place.tenant, recipient);
        let (most, day) = A_DAY;
        limits
            .count([
                key("recipients.notify.pause").at(Rate::new(1, PAUSE)),
                key("recipients.notify").at(Rate::new(most, day)),
            ])
            .await?;
        let now = self.now();
        let mut tx = self.db().write().await?;
        // Locked first, as everywhere; and looked at again, for what was taken back meanwhile.
        let row = tx.transfer_for_update(place.tenant, id).await?.ok_or(TransferError::NotFound)?;
        let found = tx.recipient(id, recipient).await?.ok_or(TransferError::NotFound)?;
        self.leads_somewhere(&row, &found)?;
        let job = match found.notified_at {
            // His first mail may still be queued: that one is enough.
            None => Job::NotifyRecipient { tenant: place.tenant, recipient },
            Some(_) => Job::NotifyAgain { tenant: place.tenant, recipient },
        };
        self.enqueue(&mut tx, &job, now).await?;
        let event = Event::RecipientResent { by: session.user(), recipient };
        event.record(&mut tx, place, now).await?;
        tx.commit().await?;
        let transfer = self.unlock_at_hand(row).await?;
        self.recipient_view(id, transfer.as_ref(), recipient).await
    }

    /// A recipient's link, to its sender, or to whoever may send in the name of the mailbox that it was sent from; that he
    /// was shown it is on record before he is. Whoever has a link without a password is the recipient, so admins get none.
    ///
    /// # Errors
    /// [`TransferError::NotFound`]; [`TransferError::Forbidden`] for admins; [`TransferError::NotReady`] where the link leads
    /// nowhere now.
    pub async fn recipient_link(
        &self,
        session: &SenderSession,
        id: TransferId,
        recipient: RecipientId,
    ) -> Result<RecipientLink, TransferError> {
        session.require_send()?;
        let row = self.sent_for(session, id, false).await?;
        let found = self.db().read().await?.recipient(id, recipient).await?;
        let found = found.ok_or(TransferError::NotFound)?;
        self.leads_somewhere(&row, &found)?;
        let transfer = self.unlock(row).await?;
        let link = self.link(&transfer, &found)?;
        let (place, now) = (transfer.place, self.now());
        let mut tx = self.db().write().await?;
        let row = tx.transfer_for_update(place.tenant, id).await?.ok_or(TransferError::NotFound)?;
        let found = tx.recipient(id, recipient).await?.ok_or(TransferError::NotFound)?;
        self.leads_somewhere(&row, &found)?;
        let event = Event::RecipientLinkShown { by: session.user(), recipient };
        event.record(&mut tx, place, now).await?;
        tx.commit().await?;
        Ok(link)
    }

    /// The transfer of somebody who has sent it, or may send in the name of its mailbox; of anybody in the tenant, if that
    /// is allowed.
    pub(crate) async fn sent_for(
        &self,
        session: &SenderSession,
        id: TransferId,
        of_anybody: bool,
    ) -> Result<Transfer, TransferError> {
        let mut conn = self.db().read().await?;
        let row = conn.transfer(session.tenant(), id).await?;
        let mailbox = row.as_ref().and_then(|row| row.mailbox_id);
        let for_mailbox = match mailbox {
            Some(mailbox) => conn.may_send_for(mailbox, session.user()).await?,
            None => false,
        };
        drop(conn);
        match row {
            Some(row) if for_mailbox && row.purge_started_at.is_none() => Ok(row),
            _ => {
                let row = self.seen(session, id).await?;
                let meant = of_anybody || row.sender_id == session.user();
                if meant { Ok(row) } else { Err(TransferError::Forbidden) }
            }
        }
    }

    /// Fails unless the recipient's link leads to something, or will once files were looked into.
    fn leads_somewhere(&self, row: &Transfer, recipient: &Recipient) -> Result<(), TransferError> {
        Err(TransferError::NotReady(match row.state.at(self.now(), row.expires_at) {
            TransferState::Draft => "it was not sent yet: there is no link",
            TransferState::Blocked => "it is blocked: unblock it first",
            TransferState::Expired | TransferState::Purged => "it has expired: send it anew",
            _ if recipient.blocked_at.is_some() => "the recipient is blocked: unblock him first",
            _ if recipient.link_token.is_none() => "the recipient has no link yet",
            TransferState::Available | TransferState::Sealed => return Ok(()),
        }))
    }
}
