//! Taking back and giving again: a transfer, or one recipient of it.

use sealpost_auth::SenderSession;
use sealpost_db::{Recipient, Transfer, Tx};
use sealpost_domain::{Job, RecipientId, Timestamp, TransferEvent, TransferId, rules::Inspection};

use crate::{RecipientView, Service, TransferError, TransferView, audit::Event, place::Place};

impl Service {
    /// Takes a transfer back: from the next request on, nobody reads it.
    ///
    /// # Errors
    /// [`TransferError::NotFound`], [`TransferError::State`] unless it is available.
    pub async fn block(
        &self,
        session: &SenderSession,
        id: TransferId,
    ) -> Result<TransferView, TransferError> {
        self.turn(session, id, TransferEvent::Block).await
    }

    /// Gives a blocked transfer again, and unlocks one that too many wrong passwords have locked.
    ///
    /// # Errors
    /// [`TransferError::NotFound`], [`TransferError::State`] if it is neither blocked nor locked.
    pub async fn unblock(
        &self,
        session: &SenderSession,
        id: TransferId,
    ) -> Result<TransferView, TransferError> {
        self.turn(session, id, TransferEvent::Unblock).await
    }

    /// Takes one recipient's access away.
    ///
    /// # Errors
    /// [`TransferError::NotFound`].
    pub async fn block_recipient(
        &self,
        session: &SenderSession,
        id: TransferId,
        recipient: RecipientId,
    ) -> Result<RecipientView, TransferError> {
        self.turn_recipient(session, id, recipient, true).await
    }

    /// Gives one recipient his access again.
    ///
    /// # Errors
    /// [`TransferError::NotFound`].
    pub async fn unblock_recipient(
        &self,
        session: &SenderSession,
        id: TransferId,
        recipient: RecipientId,
    ) -> Result<RecipientView, TransferError> {
        self.turn_recipient(session, id, recipient, false).await
    }

    async fn turn(
        &self,
        session: &SenderSession,
        id: TransferId,
        event: TransferEvent,
    ) -> Result<TransferView, TransferError> {
        session.require_send()?;
        // No key is opened before the effect: what must be taken back at once does not wait for a vault.
        let place = Place { tenant: self.seen(session, id).await?.tenant_id, transfer: id };
        let now = self.now();
        let mut tx = self.db().write().await?;
        let row = tx.transfer_for_update(session.tenant(), id).await?.ok_or(TransferError::NotFound)?;
        let state = row.state.at(now, row.expires_at);
        let by = session.user();
        let entry = match event {
            TransferEvent::Block => {
                state.after(event)?;
                tx.set_blocked(id, now).await?;
                let recipients = tx.recipients_of_transfer(id).await?;
                let mut addresses: Vec<_> =
                    recipients.iter().map(|recipient| recipient.address_hmac).collect();
                // In one order, so that two blocks wait for one another and never each for the other.
                addresses.sort_unstable();
                for address in addresses {
                    tx.forget_devices(place.tenant, &address).await?;
                }
                Event::Blocked { by }
            }
            _ => {
                check_inspection(&row)?;
                let unlocked = tx.clear_failed_attempts(id).await? && row.locked_at.is_some();
                if state.after(event).is_ok() {
                    tx.set_unblocked(id).await?;
                    let recipients = tx.recipients_of_transfer(id).await?;
                    self.tell_untold(&mut tx, &row, &recipients, now).await?;
                } else if !unlocked {
                    state.after(event)?;
                }
                Event::Unblocked { by }
            }
        };
        entry.record(&mut tx, place, now).await?;
        tx.commit().await?;
        if matches!(event, TransferEvent::Block) {
            self.metrics().transfer_blocked();
        }
        self.view_at_hand(session, id).await
    }

    async fn turn_recipient(
        &self,
        session: &SenderSession,
        id: TransferId,
        recipient: RecipientId,
        block: bool,
    ) -> Result<RecipientView, TransferError> {
        session.require_send()?;
        let place = Place { tenant: self.seen(session, id).await?.tenant_id, transfer: id };
        let (now, by) = (self.now(), session.user());
        let mut tx = self.db().write().await?;
        // Locked first, as everywhere.
        let transfer = tx.transfer_for_update(session.tenant(), id).await?.ok_or(TransferError::NotFound)?;
        let (changed, event) = if block {
            (tx.block_recipient(id, recipient, now).await?, Event::RecipientBlocked { by, recipient })
        } else {
            (tx.unblock_recipient(id, recipient).await?, Event::RecipientUnblocked { by, recipient })
        };
        if changed {
            // Whoever was let in without a code shows one again.
            if let Some(row) = tx.recipient(id, recipient).await?.filter(|_| block) {
                tx.forget_devices(place.tenant, &row.address_hmac).await?;
            }
            if let Some(row) = tx.recipient(id, recipient).await?.filter(|_| !block) {
                self.tell_untold(&mut tx, &transfer, &[row], now).await?;
            }
            event.record(&mut tx, place, now).await?;
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
        let transfer = self.unlock_at_hand(self.seen(session, id).await?).await?;
        self.recipient_view(id, transfer.as_ref(), recipient).await
    }

    /// Queues the mail of everybody whose first one came upon the block and was dropped. The job asks again whether there
    /// is something to tell. What goes with a mail is told by that.
    pub(crate) async fn tell_untold(
        &self,
        tx: &mut Tx,
        transfer: &Transfer,
        recipients: &[Recipient],
        now: Timestamp,
    ) -> Result<(), TransferError> {
        let untold = |row: &&Recipient| {
            row.notified_at.is_none() && row.blocked_at.is_none() && row.link_token.is_some()
        };
        for row in recipients.iter().filter(untold).filter(|_| !transfer.in_mail) {
            let job = Job::NotifyRecipient { tenant: row.tenant_id, recipient: row.id };
            self.enqueue(tx, &job, now).await?;
        }
        Ok(())
    }
}

/// What was kept back for what is in it is given to nobody.
fn check_inspection(row: &Transfer) -> Result<(), TransferError> {
    match row.inspection.as_deref().map(str::parse) {
        Some(Ok(Inspection::Listed)) => Err(TransferError::NotReady(
            "a file of it is blocked in this organisation: send it anew without that file",
        )),
        Some(Ok(Inspection::Infected | Inspection::Refused)) => {
            Err(TransferError::NotReady("the malware scanner keeps it back: send it anew without that file"))
        }
        _ => Ok(()),
    }
}
