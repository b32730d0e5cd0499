//! Codes on their way to recipients.

use std::fmt;

use sealpost_auth::RecipientColumns;
use sealpost_domain::{CodeChannel, CodeId, EmailAddress, Language, PhoneNumber, TenantId};
use sealpost_sealed::Zeroizing;

use super::address;
use crate::{Service, TransferError};

/// A code that is still to be sent to a recipient.
#[derive(Clone)]
pub struct CodeNotice {
    /// His address.
    pub to: EmailAddress,
    /// His telephone number, if that is where it goes.
    pub phone: Option<PhoneNumber>,
    /// The digits.
    pub code: Zeroizing<String>,
    /// Who has sent the files.
    pub sender: EmailAddress,
    /// His name.
    pub sender_name: String,
    /// How long the code counts, counted from when it was asked for.
    pub minutes: u64,
    /// The language of whoever has asked for it, or else that of the tenant's mails.
    pub language: Option<Language>,
}

impl fmt::Debug for CodeNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeNotice").field("minutes", &self.minutes).finish_non_exhaustive()
    }
}

impl Service {
    /// A code that is still to be sent; `None` if it was sent, counts no more, or its link leads nowhere now.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn code_notice(
        &self,
        tenant: TenantId,
        id: CodeId,
    ) -> Result<Option<CodeNotice>, TransferError> {
        let code = self.db().read().await?.link_code(id).await?;
        let code = code.filter(|code| {
            code.tenant_id == tenant && code.used_at.is_none() && self.now() < code.expires_at
        });
        let Some((code, sealed)) = code.and_then(|code| code.code.clone().map(|sealed| (code, sealed)))
        else {
            return Ok(None);
        };
        let Some(delivery) = self.addressed(tenant, code.recipient_id).await? else {
            return Ok(None);
        };
        let key = delivery.tenant.key(self).await?;
        let digits = Zeroizing::new(key.open_text(RecipientColumns::code(tenant, id), &sealed)?);
        let sender = self.sender(&delivery.tenant, &delivery.transfer).await?;
        let phone = match code.channel {
            CodeChannel::Email => None,
            CodeChannel::Sms => {
                let phone = delivery.transfer.phone(&delivery.recipient)?;
                Some(phone.ok_or_else(|| TransferError::internal("a code by SMS, and no number"))?)
            }
        };
        Ok(Some(CodeNotice {
            to: address(&delivery.transfer, &delivery.recipient)?,
            phone,
            code: digits,
            sender: sender.address,
            sender_name: sender.name,
            minutes: code.expires_at.since(code.created_at).as_secs() / 60,
            language: code.language.or(delivery.policy.mail_language),
        }))
    }

    /// Removes a code that was sent; what it is checked by stays.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mark_code_sent(&self, id: CodeId) -> Result<(), TransferError> {
        let mut tx = self.db().write().await?;
        tx.forget_sealed_code(id).await?;
        Ok(tx.commit().await?)
    }
}
