//! Answering what was sent: a recipient is given a request of the sender's, for himself alone.

use sealpost_domain::{Protection, RecipientId, TenantId, TransferId};

use super::entrance::{Bounds, or_unavailable};
use crate::{Auth, AuthError, DownloadGrant, SenderSession};

/// The right to answer what was sent: whoever shows it may fetch it, and who has sent it could send now himself.
#[derive(Debug, Clone)]
pub struct ReplyGrant {
    delivery: DownloadGrant,
    session: SenderSession,
    proved: bool,
}

impl ReplyGrant {
    /// The right to fetch what is answered.
    pub const fn delivery(&self) -> &DownloadGrant {
        &self.delivery
    }

    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        self.delivery.read().tenant()
    }

    /// What is answered.
    pub const fn transfer(&self) -> TransferId {
        self.delivery.read().transfer()
    }

    /// Who answers.
    pub const fn recipient(&self) -> RecipientId {
        self.delivery.recipient()
    }

    /// The session of whoever has sent it, without a scope: by itself it is good for nothing.
    pub const fn session(&self) -> &SenderSession {
        &self.session
    }

    /// Whether he has shown that the recipient's mailbox is his, or an account with its address. Who has the link alone, or
    /// a password or telephone with it, has not.
    pub const fn proved(&self) -> bool {
        self.proved
    }
}

impl Auth {
    /// The right to answer what somebody may fetch.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] for what is gone meanwhile; [`AuthError::RequestClosed`] if whoever has sent it cannot
    /// get anything now; [`AuthError::Suspended`].
    pub async fn reply_grant(&self, delivery: &DownloadGrant) -> Result<ReplyGrant, AuthError> {
        let (tenant, transfer) = (delivery.read().tenant(), delivery.read().transfer());
        let mut conn = self.db.read().await?;
        let found = conn.delivery_of_recipient(delivery.recipient()).await?;
        let found = found.filter(|found| found.transfer.tenant_id == tenant && found.transfer.id == transfer);
        let found = found.ok_or(AuthError::NotFound)?;
        let user = conn.acting_sender(tenant, transfer).await?.ok_or(AuthError::NotFound)?;
        drop(conn);
        let session = self.session_of_owner(user, Bounds::default()).await?;
        let closed = AuthError::RequestClosed("whoever has sent it cannot get any files now");
        let session = or_unavailable(session, closed)?;
        let protection = found.recipient.protection.unwrap_or(found.transfer.protection);
        Ok(ReplyGrant { delivery: delivery.clone(), session, proved: proves_mailbox(protection) })
    }
}

/// Whether who has shown this has shown that the recipient's address is his.
const fn proves_mailbox(protection: Protection) -> bool {
    match protection {
        Protection::Account | Protection::EmailCode | Protection::EmailCodeAndPassword => true,
        Protection::None | Protection::Password | Protection::SmsCode | Protection::SmsCodeAndPassword => {
            false
        }
    }
}
