//! What has come in sealed to keys: the content key, with a private key of one's own, or with one's team's.

use sealpost_sealed::{ContentKey, Fingerprint, PrivateKey};

use super::{
    is_of, passphrase,
    wire::{ContentKeyTo, OwnPairs, SealedTo, bytes},
};
use crate::{AskPassword, Error, Events, Server};

/// The content key of what has come in. The service that keeps the private keys need not be the one of the link: nothing of these
/// goes to either.
///
/// # Errors
/// [`Error::KeyPairsElsewhere`] if nobody says where the private keys are; [`Error::NotSealedToYou`]; those of the passphrase;
/// [`Error::NotSealedToKey`] if what is sealed to the key does not open with it.
pub(crate) async fn content_key(
    sealed: &SealedTo,
    keeper: Option<&Server>,
    ask: &dyn AskPassword,
    events: &dyn Events,
) -> Result<ContentKey, Error> {
    let fingerprints = || {
        let all = sealed.content_key_to.iter().filter_map(ContentKeyTo::fingerprint);
        all.map(|fingerprint| fingerprint.to_string()).collect::<Vec<_>>().join(", ")
    };
    let Some(server) = keeper else {
        return Err(Error::KeyPairsElsewhere { fingerprints: fingerprints() });
    };
    let keys = Keys { server, own: server.own_key_pairs(events).await?, ask, events };
    for to in &sealed.content_key_to {
        let Some(fingerprint) = to.fingerprint() else { continue };
        if let Some(private) = keys.find(to, fingerprint).await? {
            let content_key = bytes(&to.content_key)
                .and_then(|sealed_key| private.open_content_key(sealed.place(), &sealed_key).ok());
            return content_key.ok_or(Error::NotSealedToKey);
        }
    }
    Err(Error::NotSealedToYou { fingerprints: fingerprints() })
}

/// The user's key pairs.
struct Keys<'a> {
    server: &'a Server,
    own: OwnPairs,
    ask: &'a dyn AskPassword,
    events: &'a dyn Events,
}

impl Keys<'_> {
    /// The private key to which it is sealed; `None` if that is another's.
    async fn find(&self, to: &ContentKeyTo, fingerprint: Fingerprint) -> Result<Option<PrivateKey>, Error> {
        let Some(team) = to.mailbox_id else {
            return self.own(fingerprint).await;
        };
        let Some(team) = self.server.team_key_pairs(team, self.events).await? else {
            return Ok(None);
        };
        for pair in &team.key_pairs {
            let public = pair.public_key(self.server)?;
            if !is_of(&public, fingerprint) {
                continue;
            }
            let missing = || Error::TeamKeyMissing { fingerprint: fingerprint.to_string() };
            let held = pair.private_key.as_ref().ok_or_else(missing)?;
            let by: Fingerprint =
                held.fingerprint.parse().map_err(|_| self.server.protocol("a fingerprint that is none"))?;
            let own = self.own(by).await?.ok_or_else(missing)?;
            let opened = bytes(held.private_key.expose())
                .and_then(|sealed| own.open_private_key(team.place(), &public, &sealed).ok());
            return opened.map(Some).ok_or(Error::NotSealedToKey);
        }
        Ok(None)
    }

    /// One of the user's own.
    async fn own(&self, fingerprint: Fingerprint) -> Result<Option<PrivateKey>, Error> {
        for pair in &self.own.key_pairs {
            let public = pair.public_key(self.server)?;
            if is_of(&public, fingerprint) {
                let place = self.own.place();
                return passphrase::open(self.server, place, &public, &pair.passphrase, self.ask)
                    .await
                    .map(Some);
            }
        }
        Ok(None)
    }
}
