//! What the link of an upload request leads to. Asking changes nothing, so link scanners may ask.

use std::sync::Arc;

use sealpost_db::{KnownRequest, UploadRequest};
use sealpost_domain::{EmailAddress, Policy, Scope, Scopes, TenantId};
use sealpost_sealed::{Error, TenantKey};

use crate::{Auth, AuthError, LinkToken, RequestColumns, SenderSession, UserColumns, code::masked};

/// Proof that somebody has the link of a request that takes something now.
#[derive(Debug, Clone)]
pub struct RequestLink {
    pub(crate) row: UploadRequest,
    pub(crate) session: SenderSession,
    requester: EmailAddress,
    requester_name: String,
}

impl RequestLink {
    /// The tenant.
    pub fn tenant(&self) -> TenantId {
        self.session.tenant()
    }

    /// The tenant's rules, with the bounds of the request where they are narrower.
    pub fn policy(&self) -> &Policy {
        self.session.policy()
    }

    /// The key of the tenant's own data.
    pub fn tenant_key(&self) -> &TenantKey {
        self.session.tenant_key()
    }

    /// The request.
    pub const fn row(&self) -> &UploadRequest {
        &self.row
    }

    /// Who asks: his address.
    pub const fn requester(&self) -> &EmailAddress {
        &self.requester
    }

    /// His name; may be empty.
    pub fn requester_name(&self) -> &str {
        &self.requester_name
    }

    /// Who alone may use it, if anybody: enough to know one's own address by, and nobody else's.
    ///
    /// # Errors
    /// [`AuthError::Internal`] if the row does not open.
    pub fn hint(&self) -> Result<Option<String>, AuthError> {
        let Some(sealed) = &self.row.address else {
            return Ok(None);
        };
        let place = RequestColumns::of(self.row.tenant_id, self.row.id).address();
        let text = self.tenant_key().open_text(place, sealed).map_err(damaged)?;
        let address: EmailAddress = parse(&text)?;
        Ok(Some(masked(&address)))
    }
}

impl Auth {
    /// What the link of a request leads to.
    ///
    /// # Errors
    /// [`AuthError::LinkUnavailable`], the same for links that are unknown, closed, over or used up, and where whoever asks
    /// for files cannot get any now; [`AuthError::Suspended`] for what would be available otherwise.
    pub async fn request_link(&self, token: &str) -> Result<RequestLink, AuthError> {
        let token: LinkToken = token.parse().map_err(|_| AuthError::LinkUnavailable)?;
        let found = self.db.read().await?.request_by_link(token.hash().as_bytes()).await?;
        let takes = |known: &KnownRequest| {
            let request = &known.request;
            request.closed_at.is_none() && self.now() < request.expires_at && request.uses < request.max_uses
        };
        let known = found.filter(takes).ok_or(AuthError::LinkUnavailable)?;
        let (tenant, user) = (known.user.tenant_id, known.user.user_id);
        let (address, name) = (known.user_address.clone(), known.user_name.clone());
        let row = known.request.clone();
        let session = self.session_of_requester(known).await?.ok_or(AuthError::LinkUnavailable)?;
        let columns = UserColumns::of(tenant, user);
        let (address, requester_name) =
            columns.open(session.tenant_key(), &address, &name).map_err(damaged)?;
        Ok(RequestLink { row, session, requester: parse(&address)?, requester_name })
    }

    /// The session of whoever asks for files, without a scope, and with the bounds of his request; `None` if he could not
    /// send himself now: he is disabled, suspended from sending, or has no seat.
    ///
    /// # Errors
    /// [`AuthError::Suspended`] if that is all that stands against it.
    pub(crate) async fn session_of_requester(
        &self,
        known: KnownRequest,
    ) -> Result<Option<SenderSession>, AuthError> {
        let KnownRequest { request, mut user, .. } = known;
        if user.disabled_at.is_some() {
            return Ok(None);
        }
        narrow(&mut user.policy, &request);
        let suspended = user.suspended_at.is_some();
        let mut caller = self.acting(user, Scopes::new([Scope::Send])).await?;
        match self.require_sending(&caller).await {
            Err(
                AuthError::Forbidden
                | AuthError::SendingSuspended
                | AuthError::LicenceMissing
                | AuthError::LicenceExpired
                | AuthError::NoSeat,
            ) => return Ok(None),
            allowed => allowed?,
        }
        if suspended {
            return Err(AuthError::Suspended);
        }
        caller.scopes = Scopes::new([]);
        Ok(Some(SenderSession { caller: Arc::new(caller), passwords: self.passwords.clone() }))
    }
}

/// The bounds that are narrower: those of the tenant, or those of the request.
fn narrow(policy: &mut Policy, request: &UploadRequest) {
    if let Some(most) = request.max_files {
        policy.max_files = policy.max_files.min(most);
    }
    if let Some(most) = request.max_bytes {
        policy.max_transfer_bytes = policy.max_transfer_bytes.min(most);
    }
    policy.max_file_bytes = policy.max_file_bytes.min(policy.max_transfer_bytes);
}

pub(super) fn parse(address: &str) -> Result<EmailAddress, AuthError> {
    address.parse().map_err(|error: sealpost_domain::AddressError| AuthError::Internal(error.into()))
}

pub(super) fn damaged(error: Error) -> AuthError {
    AuthError::Internal(error.into())
}
