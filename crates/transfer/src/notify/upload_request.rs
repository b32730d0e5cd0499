//! What somebody is told whom a user asks for files.

use std::fmt;

use sealpost_auth::{LinkToken, RequestColumns, UserColumns};
use sealpost_domain::{EmailAddress, TenantId, Timestamp, UploadRequestId};

use crate::{Service, TransferError, requests::texts};

/// That somebody asks for files, and where to.
#[derive(Clone)]
pub struct UploadRequestNotice {
    /// Who alone may use the link.
    pub to: EmailAddress,
    /// Who asks.
    pub requester: EmailAddress,
    /// His name.
    pub requester_name: String,
    /// What it is about.
    pub title: String,
    /// What he has written.
    pub message: Option<String>,
    /// The link.
    pub url: String,
    /// Whether a code is asked for there.
    pub asks_code: bool,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Without the link, and without anybody's words.
impl fmt::Debug for UploadRequestNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadRequestNotice").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl Service {
    /// What to tell whom a request is for; `None` if it takes nothing now, or is for nobody by himself.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn upload_request_notice(
        &self,
        tenant: TenantId,
        id: UploadRequestId,
    ) -> Result<Option<UploadRequestNotice>, TransferError> {
        let known = self.db().read().await?.known_request(tenant, id).await?;
        let known = known.filter(|known| {
            let request = &known.request;
            let open = request.closed_at.is_none() && self.now() < request.expires_at;
            let asks = known.user.disabled_at.is_none() && known.user.sending_suspended_at.is_none();
            open && request.uses < request.max_uses && asks && known.user.suspended_at.is_none()
        });
        let Some(known) = known else { return Ok(None) };
        let key = self.keys().tenant_key(tenant, &known.user.tenant_key).await?;
        let said = texts(&key, &known.request)?;
        let Some(to) = said.address else { return Ok(None) };
        let columns = UserColumns::of(tenant, known.user.user_id);
        let (requester, requester_name) = columns.open(&key, &known.user_address, &known.user_name)?;
        let token = key.open_column(RequestColumns::of(tenant, id).token(), &known.request.token)?;
        let token = LinkToken::from_bytes(&token).ok_or(TransferError::Damaged)?;
        Ok(Some(UploadRequestNotice {
            to,
            requester: requester.parse().map_err(TransferError::internal)?,
            requester_name,
            title: said.title,
            message: said.message,
            url: self.request_url(&token),
            asks_code: known.request.asks_code,
            expires_at: known.request.expires_at,
        }))
    }
}
