//! What has to be remembered of what somebody has begun to send in: what takes the use only once, the grant, and whose key he was shown.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use sealpost_domain::TransferId;
use sealpost_sealed::{Fingerprint, Random, random_bytes};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{SubmitOrder, wire::SealTo};
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
    /// Of the recovery key that he was shown beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recovery: Option<String>,
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
            recovery: None,
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

    /// Shows the keys that it is to be sealed to, once.
    ///
    /// # Errors
    /// Those of [`SubmitOrder::admits`]; [`Error::KeyChanged`] and [`Error::RecoveryKeyChanged`] if others were shown before: the
    /// next call takes these.
    pub(super) fn show(
        &mut self,
        to: SealTo,
        order: &SubmitOrder,
        place: Option<&Place>,
        events: &dyn Events,
    ) -> Result<(), Error> {
        order.admits(to)?;
        let (now, before) = (to.receiver.fingerprint(), self.fingerprint()?);
        let recovery = to.recovery.map(|key| key.fingerprint().to_string());
        let is_known = recovery == self.recovery;
        if before == Some(now) && is_known {
            return Ok(());
        }
        self.shown = Some(now.to_string());
        self.recovery.clone_from(&recovery);
        place.map_or(Ok(()), |place| place.keep(self))?;
        let recovery = recovery.filter(|_| !is_known);
        if let Some(fingerprint) = &recovery {
            events.on(Event::SealedToRecoveryKey { fingerprint });
        }
        match (before.filter(|_| order.fingerprints.is_empty()), recovery) {
            (Some(before), _) if before != now => {
                Err(Error::KeyChanged { before: before.to_string(), now: now.to_string() })
            }
            (Some(_), Some(recovery)) => Err(Error::RecoveryKeyChanged { now: recovery }),
            (Some(_), None) => Ok(()),
            (None, _) => {
                events.on(Event::SealingTo { requester: &self.requester, fingerprint: &now.to_string() });
                Ok(())
            }
        }
    }
}
