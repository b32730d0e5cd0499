//! From a mail's link to a recipient's own.

use sealpost_auth::{LinkToken, MailStage, MailVisit};
use sealpost_db::Recipient;
use sealpost_domain::EmailAddress;

use crate::{Service, TransferError, unlock::Unlocked};

/// Where the link of a mail leads somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Led {
    /// To a recipient's own link.
    To(LinkToken),
    /// To the question to which address the mail was sent.
    Asked,
    /// Nowhere: that address is nobody's to whom it can be given.
    Nowhere,
}

impl Service {
    /// Where the link of a mail leads: if one person alone has ever been its recipient to his link, else to that of whoever has this
    /// address. Who was taken out, and who never was in, hear the same.
    ///
    /// # Errors
    /// [`TransferError::NotFound`] unless it is available; those of the stores.
    pub async fn lead(
        &self,
        visit: &MailVisit,
        address: Option<&EmailAddress>,
    ) -> Result<Led, TransferError> {
        let (tenant, id) = (visit.tenant(), visit.transfer());
        let mut conn = self.db().read().await?;
        let row = conn.transfer(tenant, id).await?.filter(|_| visit.stage() == MailStage::Available);
        let (row, tenant_row) = row.zip(conn.tenant(tenant).await?).ok_or(TransferError::NotFound)?;
        let recipients = conn.recipients_of_transfer(id).await?;
        drop(conn);
        let alone = recipients.len() == 1 && row.erased_recipients == 0;
        let found = match address {
            None if alone => recipients.first(),
            None => return Ok(Led::Asked),
            Some(address) => {
                let key = self.keys().tenant_key(tenant, &tenant_row.tenant_key).await?;
                let hmac = key.lookup_hmac("recipients.address", address.lookup_key().as_bytes());
                recipients.iter().find(|recipient| recipient.address_hmac == hmac)
            }
        };
        match found.filter(|recipient| recipient.blocked_at.is_none()) {
            Some(recipient) => own_link(&self.unlock(row).await?, recipient),
            None => Ok(Led::Nowhere),
        }
    }
}

fn own_link(transfer: &Unlocked, recipient: &Recipient) -> Result<Led, TransferError> {
    let Some(sealed) = &recipient.link_token else {
        return Ok(Led::Nowhere);
    };
    let token = transfer.key.open_column(transfer.place.link_token(recipient.id), sealed)?;
    LinkToken::from_bytes(&token).map(Led::To).ok_or(TransferError::Damaged)
}
