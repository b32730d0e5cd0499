//! Links: what a recipient has to show. Asking changes nothing, so link scanners may ask.

use sealpost_db::Delivery;
use sealpost_domain::RecipientId;

use crate::{Auth, AuthError, LinkToken, ReadGrant};

/// What a link asks of its bearer.
#[derive(Debug, Clone)]
pub struct LinkOpening {
    /// Whose link it is; also the id of the delivery in URLs.
    pub recipient_id: RecipientId,
    /// What has to be shown.
    pub protection: Protection,
    /// The right to look inside, if the link is all that it takes.
    pub read: Option<ReadGrant>,
}

/// What a recipient has to show beside his link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// Nothing.
    None,
    /// A password that the sender gave him by another way.
    Password,
}

impl Auth {
    /// What a link asks of its bearer.
    ///
    /// # Errors
    /// [`AuthError::LinkUnavailable`], the same for links that are unknown, expired, blocked or purged.
    pub async fn open_link(&self, token: &str) -> Result<LinkOpening, AuthError> {
        let delivery = self.delivery(token).await?;
        let protection = protection(&delivery);
        let read = (protection == Protection::None).then(|| read_grant(&delivery, None));
        Ok(LinkOpening { recipient_id: delivery.recipient.id, protection, read })
    }

    /// What a link leads to, if it is available now. Only of what would be available otherwise it is said that its tenant is
    /// suspended.
    pub(crate) async fn delivery(&self, token: &str) -> Result<Delivery, AuthError> {
        let token: LinkToken = token.parse().map_err(|_| AuthError::LinkUnavailable)?;
        let found = self.db.read().await?.delivery_by_link(token.hash().as_bytes()).await?;
        let found = found.filter(|delivery| {
            let transfer = &delivery.transfer;
            let readable = transfer.state.at(self.now(), transfer.expires_at).is_readable();
            readable && delivery.recipient.blocked_at.is_none()
        });
        let delivery = found.ok_or(AuthError::LinkUnavailable)?;
        if delivery.suspended_at.is_some() {
            return Err(AuthError::Suspended);
        }
        Ok(delivery)
    }
}

pub(crate) const fn protection(delivery: &Delivery) -> Protection {
    if delivery.transfer.password_parameters.is_some() { Protection::Password } else { Protection::None }
}

pub(crate) fn read_grant(
    delivery: &Delivery,
    password_key: Option<sealpost_sealed::PasswordKey>,
) -> ReadGrant {
    ReadGrant {
        tenant: delivery.transfer.tenant_id,
        transfer: delivery.transfer.id,
        recipient: delivery.recipient.id,
        password_key,
    }
}
