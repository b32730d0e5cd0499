//! Who sends in, and what he has shown.

use std::{fmt, net::IpAddr, ops::Deref};

use sealpost_db::BegunWith;
use sealpost_domain::{CodeId, EmailAddress, SubmissionSource, is_deceptive};
use serde_json::json;

use super::{BeginKey, BegunSubmission, Entrance, PortalPage, RequestLink};
use crate::{Auth, AuthError, LimitKey, LogEntry, PersonalKey, Rate, RequestColumns, network_value};

/// Longest name of an uploader, in characters.
const MAX_NAME_CHARS: usize = 100;
/// How often something may be begun at a portal from one network in an hour.
const FROM_A_NETWORK: u32 = 30;
/// How often at a portal in all in an hour.
const AT_A_PORTAL: u32 = 300;

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
    /// By what he asks again if he does not hear the answer.
    pub key: Option<BeginKey>,
}

impl fmt::Debug for NewSubmission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSubmission").finish_non_exhaustive()
    }
}

/// The right to begin one submission: somebody has shown all that the request or portal asks for. Whether there is room for
/// one more is seen when it is taken.
#[derive(Debug, Clone)]
pub struct BeginGrant<E> {
    entrance: E,
    beginner: Beginner,
}

/// Who begins, and what he has shown.
#[derive(Debug, Clone)]
pub struct Beginner {
    uploader: Uploader,
    network: Option<IpAddr>,
    code: Option<CodeId>,
    begun_with: Option<BegunWith>,
}

/// What becomes of somebody who wants to begin.
#[derive(Debug, Clone)]
pub enum Beginning<E> {
    /// He may.
    New(BeginGrant<E>),
    /// He has, with the same key, and not handed over yet.
    Again(E, BegunSubmission),
}

impl<E> Beginning<E> {
    /// What it leads to.
    pub const fn entrance(&self) -> &E {
        match self {
            Self::New(grant) => &grant.entrance,
            Self::Again(entrance, _) => entrance,
        }
    }
}

/// What it leads to: the link of a request, or the page of a portal.
impl<E> Deref for BeginGrant<E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.entrance
    }
}

impl<E> BeginGrant<E> {
    /// Who begins.
    pub const fn beginner(&self) -> &Beginner {
        &self.beginner
    }
}

impl Beginner {
    /// Where he comes from, if that is known.
    pub const fn network(&self) -> Option<IpAddr> {
        self.network
    }

    /// Who sends in.
    pub const fn uploader(&self) -> &Uploader {
        &self.uploader
    }

    /// The code that he has shown. It is used up in the transaction in which he begins.
    pub const fn code(&self) -> Option<CodeId> {
        self.code
    }

    /// By what he asks for it again.
    pub const fn begun_with(&self) -> Option<BegunWith> {
        self.begun_with
    }
}

impl Auth {
    /// Checks what somebody shows who has the link of a request, and gives him the right to begin. Done by a person's POST,
    /// never by a GET. Who has begun with the same key gets what he has begun: that he shows the key is enough.
    ///
    /// # Errors
    /// [`AuthError::LinkUnavailable`]; [`AuthError::Invalid`] for a name that deceives; [`AuthError::KeyReused`],
    /// [`AuthError::WrongAddress`], [`AuthError::CodeNeeded`], [`AuthError::WrongCode`], [`AuthError::TooMany`].
    pub async fn begin_grant(
        &self,
        token: &str,
        new: &NewSubmission,
    ) -> Result<Beginning<RequestLink>, AuthError> {
        let has_key = new.key.is_some();
        let link = self.request_link_where(token, |row| has_key || RequestLink::has_uses_left(row)).await?;
        let with = new.key.as_ref().map(|key| key.stored(&link));
        // Asked after the row was read: whoever has taken the last use before that, is seen.
        if let Some(begun) = self.begun_with(&link, with.as_ref()).await? {
            return Ok(Beginning::Again(link, begun));
        }
        if !RequestLink::has_uses_left(link.row()) {
            return Err(AuthError::LinkUnavailable);
        }
        let (tenant, source) = (link.tenant(), link.source());
        self.limits
            .count([
                LimitKey::submission("requests.begin", tenant, source),
                LimitKey::tenant("requests.begin", tenant),
            ])
            .await?;
        self.beginning(link, new, with).await
    }

    /// The same for whoever is at the page of a portal. Its address is public, so that each network, and the portal as a
    /// whole, has a rate of its own.
    ///
    /// # Errors
    /// As [`Self::begin_grant`], but that a portal is for no address alone.
    pub async fn portal_begin_grant(
        &self,
        (tenant, name): (&str, &str),
        new: &NewSubmission,
    ) -> Result<Beginning<PortalPage>, AuthError> {
        let page = self.portal_page(tenant, name).await?;
        let with = new.key.as_ref().map(|key| key.stored(&page));
        if let Some(begun) = self.begun_with(&page, with.as_ref()).await? {
            return Ok(Beginning::Again(page, begun));
        }
        let (tenant, source) = (page.tenant(), page.source());
        let network = self.network.map(|network| {
            LimitKey::submission_from("portals.begin", tenant, source, network)
                .at(Rate::per_hour(FROM_A_NETWORK))
        });
        let keys = [
            LimitKey::submission("portals.begin", tenant, source).at(Rate::per_hour(AT_A_PORTAL)),
            LimitKey::tenant("portals.begin", tenant),
        ];
        self.limits.count(keys.into_iter().chain(network)).await?;
        self.beginning(page, new, with).await
    }

    /// What becomes of somebody who has not begun yet, as far as could be seen.
    async fn beginning<E: Deref<Target = Entrance>>(
        &self,
        entrance: E,
        new: &NewSubmission,
        begun_with: Option<BegunWith>,
    ) -> Result<Beginning<E>, AuthError> {
        match self.proved(&entrance, new).await {
            Ok((uploader, code)) => {
                let beginner = Beginner { uploader, network: self.network, code, begun_with };
                Ok(Beginning::New(BeginGrant { entrance, beginner }))
            }
            Err(AuthError::WrongCode) => {
                // The same request may have used it a moment ago.
                if let Some(begun) = self.begun_with(&entrance, begun_with.as_ref()).await? {
                    return Ok(Beginning::Again(entrance, begun));
                }
                self.note_refused(&entrance, "code").await?;
                Err(AuthError::WrongCode)
            }
            Err(refused) => Err(refused),
        }
    }

    /// Who sends in, with what he has shown, and the code that shows it.
    async fn proved(
        &self,
        entrance: &Entrance,
        new: &NewSubmission,
    ) -> Result<(Uploader, Option<CodeId>), AuthError> {
        let name = new.name.trim();
        if name.is_empty()
            || name.chars().count() > MAX_NAME_CHARS
            || name.chars().any(|c| c.is_control() || is_deceptive(c))
        {
            return Err(AuthError::Invalid(
                "a name is one line of 1 to 100 characters, read in one direction",
            ));
        }
        let hmac = RequestColumns::address_hmac(entrance.tenant_key(), &new.email);
        self.require_bound(entrance, &hmac).await?;
        let code = if entrance.asks_code {
            let code = new.code.as_deref().filter(|code| !code.is_empty()).ok_or(AuthError::CodeNeeded)?;
            let shown = self.shown_submission_code(entrance, &hmac, (code, new.challenge.as_deref())).await?;
            Some(shown.ok_or(AuthError::WrongCode)?)
        } else {
            None
        };
        // Of a reply it was shown before, by whoever was given its link.
        let proved = entrance.asks_code || entrance.proved;
        Ok((Uploader { name: name.to_owned(), address: new.email.clone(), proved }, code))
    }

    /// Fails if the request is for somebody with another address.
    pub(super) async fn require_bound(&self, entrance: &Entrance, hmac: &[u8; 32]) -> Result<(), AuthError> {
        if entrance.bound.is_none_or(|bound| bound == *hmac) {
            return Ok(());
        }
        self.note_refused(entrance, "address").await?;
        Err(AuthError::WrongAddress)
    }

    /// Notes that something wrong was shown, and where it came from.
    async fn note_refused(&self, entrance: &Entrance, what: &str) -> Result<(), AuthError> {
        let word = entrance.source.word();
        let payload = json!({ word: entrance.source.as_uuid(), "shown": what, "by": "uploader" });
        let values: Vec<_> = network_value(self.network).into_iter().collect();
        let key = PersonalKey::Tenant(entrance.tenant_key());
        let kind = match entrance.source {
            SubmissionSource::Request(_) => "request.refused",
            SubmissionSource::Portal(_) => "portal.refused",
        };
        let entry = LogEntry::new(kind, payload).with(entrance.tenant(), key, &values, &*self.random);
        let mut tx = self.db.write().await?;
        entry.append(&mut tx, entrance.tenant(), self.now()).await?;
        Ok(tx.commit().await?)
    }
}
