//! Codes on their way to uploaders.

use std::fmt;

use sealpost_auth::{RequestColumns, UserColumns};
use sealpost_domain::{CodeId, EmailAddress, Language, TenantId};
use sealpost_sealed::Zeroizing;

use crate::{Service, TransferError};

/// A code that is still to be sent to somebody who has the link of an upload request.
#[derive(Clone)]
pub struct RequestCodeNotice {
    /// His address.
    pub to: EmailAddress,
    /// The digits.
    pub code: Zeroizing<String>,
    /// Who has asked for files.
    pub requester: EmailAddress,
    /// His name.
    pub requester_name: String,
    /// How long the code counts, counted from when it was asked for.
    pub minutes: u64,
    /// The language of whoever has asked for it, or else that of the tenant's mails.
    pub language: Option<Language>,
}

impl fmt::Debug for RequestCodeNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestCodeNotice").field("minutes", &self.minutes).finish_non_exhaustive()
    }
}

impl Service {
    /// A code that is still to be sent; `None` if it was sent, counts no more, or its request takes nothing now.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn request_code_notice(
        &self,
        tenant: TenantId,
        id: CodeId,
    ) -> Result<Option<RequestCodeNotice>, TransferError> {
        let now = self.now();
        let mut conn = self.db().read().await?;
        let code = conn.request_code(id).await?;
        let live =
            code.filter(|code| code.tenant_id == tenant && code.used_at.is_none() && now < code.expires_at);
        let Some(code) = live else { return Ok(None) };
        let Some((sealed, address)) = code.code.as_ref().zip(code.address.as_ref()) else { return Ok(None) };
        let known = conn.known_request(tenant, code.request_id).await?;
        drop(conn);
        let known = known.filter(|known| {
            known.request.closed_at.is_none()
                && now < known.request.expires_at
                && known.user.disabled_at.is_none()
        });
        let Some(known) = known else { return Ok(None) };
        let key = self.keys().tenant_key(tenant, &known.user.tenant_key).await?;
        let columns = UserColumns::of(tenant, known.user.user_id);
        let (requester, requester_name) = columns.open(&key, &known.user_address, &known.user_name)?;
        let to = key.open_text(RequestColumns::code_address(tenant, id), address)?;
        Ok(Some(RequestCodeNotice {
            to: to.parse().map_err(TransferError::internal)?,
            code: Zeroizing::new(key.open_text(RequestColumns::code(tenant, id), sealed)?),
            requester: requester.parse().map_err(TransferError::internal)?,
            requester_name,
            minutes: code.expires_at.since(code.created_at).as_secs() / 60,
            language: code.language.or(known.user.policy.mail_language),
        }))
    }

    /// Removes a code that was sent; what it is checked by stays.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mark_request_code_sent(&self, id: CodeId) -> Result<(), TransferError> {
        let mut tx = self.db().write().await?;
        tx.forget_sealed_request_code(id).await?;
        Ok(tx.commit().await?)
    }
}
