//! Another end: the transfer key moves under another day's key.

use sealpost_auth::SenderSession;
use sealpost_domain::{SenderChoice, Timestamp, TransferEvent, TransferId};

use crate::{Service, TransferError, TransferView, audit::Event};

impl Service {
    /// Gives a transfer another end, later or earlier, within the tenant's bounds counted from now.
    ///
    /// Its key is wrapped again under the key of the new day. Dumps from before hold the old wrapping, which opens
    /// until the old day's key is destroyed: an earlier end is an earlier end for us, not for them.
    ///
    /// # Errors
    /// [`TransferError::NotFound`], [`TransferError::Locked`], [`TransferError::Retention`], [`TransferError::State`] once it has expired.
    pub async fn extend(
        &self,
        session: &SenderSession,
        id: TransferId,
        expires_at: Timestamp,
    ) -> Result<TransferView, TransferError> {
        session.require_send()?;
        if session.policy().locks(SenderChoice::Expiry) {
            return Err(TransferError::Locked(SenderChoice::Expiry));
        }
        let now = self.now();
        let expires_at = session.policy().expiry(now, Some(expires_at))?;
        let transfer = self.unlock(self.seen(session, id).await?).await?;
        let place = transfer.place;
        let epoch_key = self.keys().epoch_key(place.tenant, expires_at.epoch()).await?;
        let wrapped = epoch_key.wrap_transfer_key(&transfer.key, place.transfer_key(), self.random());
        let mut tx = self.db().write().await?;
        let row = tx.transfer_for_update(session.tenant(), id).await?.ok_or(TransferError::NotFound)?;
        // Only what could still expire can be given more time.
        row.state.at(now, row.expires_at).after(TransferEvent::Expire)?;
        tx.set_expiry(id, expires_at.epoch(), &wrapped, expires_at).await?;
        let event = Event::Extended { by: session.user(), from: row.expires_at, to: expires_at };
        event.record(&mut tx, place, now).await?;
        tx.commit().await?;
        self.view(session, id).await
    }
}
