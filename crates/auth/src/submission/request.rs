//! What the link of an upload request leads to. Asking changes nothing, so link scanners may ask.

use std::ops::Deref;

use sealpost_db::{KnownRequest, UploadRequest};
use sealpost_domain::{EmailAddress, SubmissionSource};

use super::{
    Entrance, Hindrance,
    entrance::{Bounds, damaged, opened_user, or_unavailable, parse},
};
use crate::{Auth, AuthError, LinkToken, RequestColumns, SenderSession, code::masked};

/// Proof that somebody has the link of a request that takes something now.
#[derive(Debug, Clone)]
pub struct RequestLink {
    entrance: Entrance,
    row: UploadRequest,
}

impl Deref for RequestLink {
    type Target = Entrance;

    fn deref(&self) -> &Entrance {
        &self.entrance
    }
}

impl RequestLink {
    /// The request.
    pub const fn row(&self) -> &UploadRequest {
        &self.row
    }

    /// Whether it can be used once more.
    pub(super) const fn has_uses_left(row: &UploadRequest) -> bool {
        row.uses < row.max_uses
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
        self.request_link_where(token, RequestLink::has_uses_left).await
    }

    /// The same, also where all uses are taken if that makes no difference.
    pub(super) async fn request_link_where(
        &self,
        token: &str,
        counts: impl Fn(&UploadRequest) -> bool,
    ) -> Result<RequestLink, AuthError> {
        let token: LinkToken = token.parse().map_err(|_| AuthError::LinkUnavailable)?;
        let found = self.db.read().await?.request_by_link(token.hash().as_bytes()).await?;
        let takes = |known: &KnownRequest| {
            let request = &known.request;
            request.closed_at.is_none() && self.now() < request.expires_at && counts(request)
        };
        let known = found.filter(takes).ok_or(AuthError::LinkUnavailable)?;
        let (row, address, name) =
            (known.request.clone(), known.user_address.clone(), known.user_name.clone());
        let session = or_unavailable(self.session_of_requester(known).await?, AuthError::LinkUnavailable)?;
        let (owner, owner_name) = opened_user(&session, (&address, &name))?;
        let entrance = Entrance {
            source: SubmissionSource::Request(row.id),
            session,
            owner,
            owner_name,
            asks_code: row.asks_code,
            proved: row.proved,
            bound: row.address_hmac,
            ends: Some(row.expires_at),
        };
        Ok(RequestLink { entrance, row })
    }

    /// The session of whoever asks for files, or why he could not send himself now.
    pub(super) async fn session_of_requester(
        &self,
        known: KnownRequest,
    ) -> Result<Result<SenderSession, Hindrance>, AuthError> {
        let KnownRequest { request, user, .. } = known;
        let bounds =
            Bounds { max_files: request.max_files, max_bytes: request.max_bytes, kinds: request.kinds };
        self.session_of_owner(user, bounds).await
    }
}
