//! Browsers that are remembered for a recipient: what his sender sees of them, and takes back.
//!
//! A browser is remembered for an address in a tenant, whoever has sent to it. To see one is to see that the address has
//! shown a code; to take it back costs its owner nothing but another code, for the links of other senders, too.

use std::time::Duration;

use sealpost_auth::SenderSession;
use sealpost_db::Recipient;
use sealpost_domain::{CodeChannel, RecipientId, Timestamp, TransferId};

use crate::{Service, TransferError, audit::Event, place::Place};

/// How many are shown: one more is made by a code, of which there are few in an hour.
const MOST_SHOWN: u32 = 100;

/// A browser that is remembered for a recipient.
#[derive(Debug, Clone, Copy)]
pub struct DeviceView {
    /// Which codes it needs no more.
    pub channel: CodeChannel,
    /// When a code was shown in it.
    pub created_at: Timestamp,
    /// From when on it needs one again.
    pub expires_at: Timestamp,
}

impl Service {
    /// The browsers that need no code for links to a recipient's address, the newest first, and 100 at most.
    ///
    /// # Errors
    /// [`TransferError::NotFound`], [`TransferError::Gone`].
    pub async fn recipient_devices(
        &self,
        session: &SenderSession,
        id: TransferId,
        recipient: RecipientId,
    ) -> Result<Vec<DeviceView>, TransferError> {
        session.require_read()?;
        let row = self.recipient_seen(session, id, recipient).await?;
        let (longest, now) = (Duration::from_secs(session.policy().remember_seconds), self.now());
        let mut conn = self.db().read().await?;
        let rows = conn.remembered_devices(session.tenant(), &row.address_hmac, now, MOST_SHOWN).await?;
        let views = rows.into_iter().map(|row| DeviceView {
            channel: row.channel,
            created_at: row.created_at,
            expires_at: row.expires_at.min(row.created_at + longest),
        });
        // The tenant's rules may have become stricter since.
        Ok(views.filter(|view| now < view.expires_at).collect())
    }

    /// Forgets all browsers that need no code for links to a recipient's address, in the whole tenant. Gives how many.
    ///
    /// # Errors
    /// [`TransferError::NotFound`], [`TransferError::Gone`].
    pub async fn forget_recipient_devices(
        &self,
        session: &SenderSession,
        id: TransferId,
        recipient: RecipientId,
    ) -> Result<u64, TransferError> {
        session.require_send()?;
        let row = self.recipient_seen(session, id, recipient).await?;
        let place = Place { tenant: session.tenant(), transfer: id };
        let mut tx = self.db().write().await?;
        let devices = tx.forget_devices(place.tenant, &row.address_hmac).await?;
        if devices > 0 {
            let event = Event::DevicesForgotten { by: session.user(), recipient, devices };
            event.record(&mut tx, place, self.now()).await?;
        }
        tx.commit().await?;
        Ok(devices)
    }

    /// A recipient of a transfer that the caller may see.
    async fn recipient_seen(
        &self,
        session: &SenderSession,
        id: TransferId,
        recipient: RecipientId,
    ) -> Result<Recipient, TransferError> {
        self.seen(session, id).await?;
        let row = self.db().read().await?.recipient(id, recipient).await?;
        row.ok_or(TransferError::NotFound)
    }
}
