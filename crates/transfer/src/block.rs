//! Taking back and giving again: a transfer, or one recipient of it.

use sealpost_auth::SenderSession;
use sealpost_domain::{RecipientId, TransferEvent, TransferId};

use crate::{RecipientView, Service, TransferError, TransferView, audit::Event};

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
        let transfer = self.unlock(self.seen(session, id).await?).await?;
        let now = self.now();
        let mut tx = self.db().write().await?;
        let row = tx.transfer_for_update(session.tenant(), id).await?.ok_or(TransferError::NotFound)?;
        let state = row.state.at(now, row.expires_at);
        let by = session.user();
        let entry = match event {
            TransferEvent::Block => {
                state.after(event)?;
                tx.set_blocked(id, now).await?;
                Event::Blocked { by }
            }
            _ => {
                let unlocked = tx.clear_failed_attempts(id).await? && row.locked_at.is_some();
                if state.after(event).is_ok() {
                    tx.set_unblocked(id).await?;
                } else if !unlocked {
                    state.after(event)?;
                }
                Event::Unblocked { by }
            }
        };
        entry.record(&mut tx, transfer.place, now).await?;
        tx.commit().await?;
        self.view(session, id).await
    }

    async fn turn_recipient(
        &self,
        session: &SenderSession,
        id: TransferId,
        recipient: RecipientId,
        block: bool,
    ) -> Result<RecipientView, TransferError> {
        session.require_send()?;
        let transfer = self.unlock(self.seen(session, id).await?).await?;
        let (now, by) = (self.now(), session.user());
        let mut tx = self.db().write().await?;
        let (changed, event) = if block {
            (tx.block_recipient(id, recipient, now).await?, Event::RecipientBlocked { by, recipient })
        } else {
            (tx.unblock_recipient(id, recipient).await?, Event::RecipientUnblocked { by, recipient })
        };
        if changed {
            event.record(&mut tx, transfer.place, now).await?;
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
        self.recipient_view(&transfer, recipient).await
    }
}
