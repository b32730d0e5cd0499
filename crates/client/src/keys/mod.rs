//! Key pairs of one's own and of one's teams, as the service keeps them: public halves, and private ones that a passphrase opens.

mod passphrase;
mod receive;
mod wire;

use reqwest::Method;
use sealpost_domain::MailboxId;
use sealpost_sealed::{Fingerprint, PublicKey};

use self::wire::{OwnPairs, TeamPairs};
pub(crate) use self::{receive::content_key, wire::SealedTo};
use crate::{Error, Events, Server};

/// Where key pairs are made, below a service's address.
const PAGE: &str = "account/keys";

impl Server {
    /// The key to which others seal for the user; `None` where the token may not see it.
    ///
    /// # Errors
    /// [`Error::NoKeyPair`] if he has none.
    pub(crate) async fn own_key(&self, events: &dyn Events) -> Result<Option<PublicKey>, Error> {
        let own = match self.own_key_pairs(events).await {
            Err(error) if error.problem().is_some_and(|problem| matches!(problem.status, 403 | 404)) => {
                return Ok(None);
            }
            own => own?,
        };
        let counts = own.key_pairs.iter().find(|pair| pair.retired_at.is_none());
        let key = counts.ok_or_else(|| self.no_key_pair())?.public_key(self)?;
        Ok(Some(key))
    }

    /// What to do about having no key pair.
    pub(crate) fn no_key_pair(&self) -> Error {
        Error::NoKeyPair { page: self.url(PAGE).to_string() }
    }

    async fn own_key_pairs(&self, events: &dyn Events) -> Result<OwnPairs, Error> {
        self.call(Method::GET, "api/v1/account/key-pairs", None::<&()>, events).await
    }

    /// The key pairs of a team; `None` of one that the user does not belong to.
    async fn team_key_pairs(&self, team: MailboxId, events: &dyn Events) -> Result<Option<TeamPairs>, Error> {
        let path = format!("api/v1/mailboxes/{team}/key-pairs");
        match self.call(Method::GET, &path, None::<&()>, events).await {
            Ok(pairs) => Ok(Some(pairs)),
            Err(error) if error.is_gone() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Whether a public key is the one with this fingerprint: what the service calls it by the side counts for nothing.
fn is_of(key: &PublicKey, fingerprint: Fingerprint) -> bool {
    key.fingerprint() == fingerprint
}
