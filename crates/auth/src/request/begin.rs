//! Who sends in, and what he has shown.

use std::{fmt, net::IpAddr};

use sealpost_db::UploadRequest;
use sealpost_domain::{EmailAddress, is_deceptive};
use serde_json::json;

use super::RequestLink;
use crate::{Auth, AuthError, LimitKey, LogEntry, PersonalKey, RequestColumns, SenderSession, network_value};

/// Longest name of an uploader, in characters.
const MAX_NAME_CHARS: usize = 100;

/// Who sends files in, by his own words.
#[derive(Clone, PartialEq, Eq)]
pub struct Uploader {
    /// What he calls himself: one line, read in one direction.
    pub name: String,
    /// His address.
    pub address: EmailAddress,
    /// Whether he has shown that it is his.
    pub proved: bool,
}

/// Without anybody's name.
impl fmt::Debug for Uploader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Uploader").field("proved", &self.proved).finish_non_exhaustive()
    }
}

/// What somebody says and shows who begins to send in.
#[derive(Clone)]
pub struct NewSubmission {
    /// What he calls himself.
    pub name: String,
    /// His address.
    pub email: EmailAddress,
    /// The code that was sent there.
    pub code: Option<String>,
    /// What came in the answer when it was asked for.
    pub challenge: Option<String>,
}

impl fmt::Debug for NewSubmission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSubmission").finish_non_exhaustive()
    }
}

/// The right to begin one submission: somebody has shown all that the request asks for. Whether one of its uses is left
/// is seen when it is taken.
#[derive(Debug, Clone)]
pub struct BeginGrant {
    pub(super) link: RequestLink,
    uploader: Uploader,
    network: Option<IpAddr>,
}

impl BeginGrant {
    /// The request.
    pub const fn request(&self) -> &UploadRequest {
        &self.link.row
    }

    /// Who asks: his address.
    pub const fn requester(&self) -> &EmailAddress {
        self.link.requester()
    }

    /// His session, without a scope: by itself it is good for nothing.
    pub const fn session(&self) -> &SenderSession {
        &self.link.session
    }

    /// Where he comes from, if that is known.
    pub const fn network(&self) -> Option<IpAddr> {
        self.network
    }

    /// Who sends in.
    pub const fn uploader(&self) -> &Uploader {
        &self.uploader
    }
}

impl Auth {
    /// Checks what somebody shows who has the link of a request, and gives him the right to begin. Done by a person's POST,
    /// never by a GET.
    ///
    /// # Errors
    /// [`AuthError::LinkUnavailable`]; [`AuthError::Invalid`] for a name that deceives; [`AuthError::WrongAddress`],
    /// [`AuthError::CodeNeeded`], [`AuthError::WrongCode`], [`AuthError::TooMany`].
    pub async fn begin_grant(&self, token: &str, new: &NewSubmission) -> Result<BeginGrant, AuthError> {
        let link = self.request_link(token).await?;
        let (tenant, request) = (link.tenant(), link.row.id);
        self.limits
            .count([
                LimitKey::request("requests.begin", tenant, request),
                LimitKey::tenant("requests.begin", tenant),
            ])
            .await?;
        let name = new.name.trim();
        if name.is_empty()
            || name.chars().count() > MAX_NAME_CHARS
            || name.chars().any(|c| c.is_control() || is_deceptive(c))
        {
            return Err(AuthError::Invalid(
                "a name is one line of 1 to 100 characters, read in one direction",
            ));
        }
        let hmac = RequestColumns::address_hmac(link.tenant_key(), &new.email);
        self.require_bound(&link, &hmac).await?;
        let proved = link.row.asks_code;
        if proved {
            let code = new.code.as_deref().filter(|code| !code.is_empty()).ok_or(AuthError::CodeNeeded)?;
            if !self.take_request_code(&link, &hmac, (code, new.challenge.as_deref())).await? {
                self.note_refused(&link, "code").await?;
                return Err(AuthError::WrongCode);
            }
        }
        let uploader = Uploader { name: name.to_owned(), address: new.email.clone(), proved };
        Ok(BeginGrant { link, uploader, network: self.network })
    }

    /// Fails if the request is for somebody with another address.
    pub(super) async fn require_bound(&self, link: &RequestLink, hmac: &[u8; 32]) -> Result<(), AuthError> {
        if link.row.address_hmac.is_none_or(|bound| bound == *hmac) {
            return Ok(());
        }
        self.note_refused(link, "address").await?;
        Err(AuthError::WrongAddress)
    }

    /// Notes that something wrong was shown, and where it came from.
    async fn note_refused(&self, link: &RequestLink, what: &str) -> Result<(), AuthError> {
        let payload = json!({ "request": link.row.id, "shown": what, "by": "uploader" });
        let values: Vec<_> = network_value(self.network).into_iter().collect();
        let key = PersonalKey::Tenant(link.tenant_key());
        let entry =
            LogEntry::new("request.refused", payload).with(link.tenant(), key, &values, &*self.random);
        let mut tx = self.db.write().await?;
        entry.append(&mut tx, link.tenant(), self.now()).await?;
        Ok(tx.commit().await?)
    }
}
