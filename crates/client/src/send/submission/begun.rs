//! What has to be remembered of what somebody has begun to send in: what takes the use only once, the grant, and whose key he was shown.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use sealpost_domain::TransferId;
use sealpost_sealed::{Fingerprint, PublicKey, Random, random_bytes};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{Error, Event, Events, Secret, send::Place};

/// Bytes of a key that nobody guesses.
const KEY_LENGTH: usize = 32;

/// In a file of its owner's alone: whoever has it may go on with what was begun. It goes when that was handed over.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Begun {
    /// By which the service knows the same beginning again; kept before it is asked.
    key: String,
    pub(super) submission: Option<TransferId>,
    grant: Option<String>,
    /// Of the key that the person was shown.
    shown: Option<String>,
    pub(super) requester: String,
}

impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begun").field("submission", &self.submission).finish_non_exhaustive()
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        for secret in [Some(&mut self.key), self.grant.as_mut()].into_iter().flatten() {
            drop(Zeroizing::new(std::mem::take(secret)));
        }
    }
}

impl Begun {
    pub(super) fn new(random: &dyn Random) -> Self {
        let key = Zeroizing::new(random_bytes::<KEY_LENGTH>(random));
        Self {
            key: BASE64URL_NOPAD.encode(&*key),
            submission: None,
            grant: None,
            shown: None,
            requester: String::new(),
        }
    }

    pub(super) fn key(&self) -> Secret {
        self.key.as_str().into()
    }

    pub(super) fn grant(&self) -> Option<Secret> {
        self.grant.as_deref().map(Secret::from)
    }

    /// Begun, or begun again.
    pub(super) fn begins(&mut self, submission: TransferId, grant: &Secret) {
        self.submission = Some(submission);
        self.grant = Some(grant.expose().to_owned());
    }

    /// The key that the person was shown last.
    pub(super) fn fingerprint(&self) -> Result<Option<Fingerprint>, Error> {
        self.shown.as_ref().map(|text| text.parse().map_err(|_| Error::SealingUnknown)).transpose()
    }

    /// Shows the key that it is to be sealed to, once.
    ///
    /// # Errors
    /// [`Error::AnotherKey`] if it is not the one that is insisted on, [`Error::KeyChanged`] if another one was shown before: the next
    /// call takes this one.
    pub(super) fn show(
        &mut self,
        key: PublicKey,
        insisted: Option<Fingerprint>,
        place: Option<&Place>,
        events: &dyn Events,
    ) -> Result<(), Error> {
        let now = key.fingerprint();
        if let Some(expected) = insisted.filter(|expected| *expected != now) {
            return Err(Error::AnotherKey { told: now.to_string(), expected: expected.to_string() });
        }
        let before = self.fingerprint()?;
        if before == Some(now) {
            return Ok(());
        }
        self.shown = Some(now.to_string());
        place.map_or(Ok(()), |place| place.keep(self))?;
        match before.filter(|_| insisted.is_none()) {
            Some(before) => Err(Error::KeyChanged { before: before.to_string(), now: now.to_string() }),
            None => {
                events.on(Event::SealingTo { requester: &self.requester, fingerprint: &now.to_string() });
                Ok(())
            }
        }
    }
}
