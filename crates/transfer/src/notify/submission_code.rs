//! Codes on their way to uploaders.

use std::fmt;

use sealpost_auth::{RequestColumns, UserColumns};
use sealpost_db::KnownRequest;
use sealpost_domain::{CodeId, EmailAddress, Language, SubmissionSource, TenantId};
use sealpost_sealed::Zeroizing;

use crate::{Requester, Service, TransferError};

/// A code that is still to be sent to somebody who has the link of an upload request.
#[derive(Clone)]
pub struct SubmissionCodeNotice {
    /// His address.
    pub to: EmailAddress,
    /// The digits.
    pub code: Zeroizing<String>,
    /// Who asks for files.
    pub requester: Requester,
    /// How long the code counts, counted from when it was asked for.
    pub minutes: u64,
    /// The language of whoever has asked for it, or else that of the tenant's mails.
    pub language: Option<Language>,
}

impl fmt::Debug for SubmissionCodeNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubmissionCodeNotice").field("minutes", &self.minutes).finish_non_exhaustive()
    }
}

impl Service {
    /// A code that is still to be sent; `None` if it was sent, counts no more, or nothing is taken now.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn submission_code_notice(
        &self,
        tenant: TenantId,
        id: CodeId,
    ) -> Result<Option<SubmissionCodeNotice>, TransferError> {
        let now = self.now();
        let mut conn = self.db().read().await?;
        let code = conn.request_code(id).await?;
        let live =
            code.filter(|code| code.tenant_id == tenant && code.used_at.is_none() && now < code.expires_at);
        let Some(code) = live else { return Ok(None) };
        let Some((sealed, address)) = code.code.as_ref().zip(code.address.as_ref()) else { return Ok(None) };
        let asked = match code.source() {
            Some(SubmissionSource::Request(request)) => {
                let known = conn.known_request(tenant, request).await?;
                let live = |known: &KnownRequest| {
                    known.request.closed_at.is_none() && now < known.request.expires_at
                };
                known.filter(live).map(|known| (known.user, Some((known.user_address, known.user_name))))
            }
            Some(SubmissionSource::Portal(portal)) => {
                let known = conn.known_portal(tenant, portal).await?;
                known.filter(|known| known.portal.enabled).map(|known| (known.user, None))
            }
            None => None,
        };
        drop(conn);
        let Some((user, said)) = asked.filter(|(user, _)| user.disabled_at.is_none()) else {
            return Ok(None);
        };
        let key = self.keys().tenant_key(tenant, &user.tenant_key).await?;
        let requester = match said {
            Some((address, name)) => {
                let (address, name) = UserColumns::of(tenant, user.user_id).open(&key, &address, &name)?;
                Requester::Person { address: address.parse().map_err(TransferError::internal)?, name }
            }
            None => self.organisation(tenant).await?,
        };
        let to = key.open_text(RequestColumns::code_address(tenant, id), address)?;
        Ok(Some(SubmissionCodeNotice {
            to: to.parse().map_err(TransferError::internal)?,
            code: Zeroizing::new(key.open_text(RequestColumns::code(tenant, id), sealed)?),
            requester,
            minutes: code.expires_at.since(code.created_at).as_secs() / 60,
            language: code.language.or(user.policy.mail_language),
        }))
    }

    /// Removes a code that was sent; what it is checked by stays.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mark_submission_code_sent(&self, id: CodeId) -> Result<(), TransferError> {
        let mut tx = self.db().write().await?;
        tx.forget_sealed_request_code(id).await?;
        Ok(tx.commit().await?)
    }
}
