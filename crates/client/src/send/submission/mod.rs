//! Sending in: what somebody outside gives to whoever has asked for it by a request, sealed to his key if he wants that.

mod begun;
mod enter;
mod link;
mod wire;

use std::path::PathBuf;

use sealpost_domain::{EmailAddress, TransferId};
use sealpost_sealed::Fingerprint;

pub(crate) use self::begun::Begun;
pub use self::link::RequestLink;
use self::{
    enter::{Entered, enter},
    wire::{NewSubmissionSealing, SealTo, Submission},
};
use super::{
    FileState, Journal, Place, RANDOM, SealingState, SendOptions, State, WhoSeals,
    journal::submission_identity,
    plan::{PlannedFile, plan},
    remove_strays,
    resume::fit_submission,
    sealing::Keys,
    upload, upload_sealed,
};
use crate::{AskPassword, Connection, Error, Event, Events, Server};

/// How often the key may change while something is handed over.
const MAX_CHANGES: u32 = 3;

/// What to send in, and who does. Two orders that are equal are one sending: the second call goes on with the first.
#[derive(Debug, Clone)]
pub struct SubmitOrder {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// The link of the request.
    pub link: RequestLink,
    /// What the uploader calls himself.
    pub name: String,
    /// His address.
    pub email: EmailAddress,
    /// The keys that alone it may be sealed to, a recovery key as well; whatever the service says first if there are none.
    pub fingerprints: Vec<Fingerprint>,
    /// [`WhoSeals::Sender`] takes no request that is not sealed. It is the request that says.
    pub seals: WhoSeals,
}

impl SubmitOrder {
    /// Whether nothing is sent in that the service seals.
    fn insists(&self) -> bool {
        self.seals == WhoSeals::Sender || !self.fingerprints.is_empty()
    }

    /// Fails if it may not be sealed to these keys.
    ///
    /// # Errors
    /// [`Error::AnotherKey`], [`Error::RecoveryKeyToo`].
    fn admits(&self, to: SealTo) -> Result<(), Error> {
        let is_meant = |told: &Fingerprint| self.fingerprints.is_empty() || self.fingerprints.contains(told);
        let told = to.receiver.fingerprint();
        if !is_meant(&told) {
            let expected: Vec<_> = self.fingerprints.iter().map(Fingerprint::to_string).collect();
            return Err(Error::AnotherKey { told: told.to_string(), expected: expected.join(", ") });
        }
        match to.recovery.map(|key| key.fingerprint()).filter(|told| !is_meant(told)) {
            Some(told) => Err(Error::RecoveryKeyToo { fingerprint: told.to_string() }),
            None => Ok(()),
        }
    }
}

/// What was handed over, and is remembered until it is forgotten.
#[derive(Debug)]
pub struct Submitted {
    /// Which transfer it is.
    pub id: TransferId,
    /// Who has asked for it; empty if that was not heard.
    pub requester: String,
    /// Files.
    pub files: u64,
    /// The key that it is sealed to; `None` if the service has sealed it.
    pub sealed_to: Option<Fingerprint>,
    journal: Journal,
}

impl Submitted {
    /// Forgets it: the same order is another sending from now on.
    ///
    /// # Errors
    /// [`Error::Io`] if what is remembered cannot be removed.
    pub fn forget(self) -> Result<(), Error> {
        self.journal.finish()
    }
}

/// Sends files in.
///
/// Dropping the future breaks it off; the same call goes on, also after a crash, if there is a `state_directory`. One of the request's
/// uses is taken once. What is sealed here is sealed to the key that the service says, and to the organisation's recovery key if it
/// has one; if another one counts before it is handed over, that is told, and the same call again seals to it: files stay as they are.
///
/// # Errors
/// Any [`Error`]; [`Error::KeyChanged`], [`Error::RecoveryKeyChanged`], [`Error::AnotherKey`],
/// [`Error::RecoveryKeyToo`]. Nothing is handed over unless all files have arrived whole.
pub async fn submit(
    connection: Connection,
    order: &SubmitOrder,
    options: &SendOptions,
    ask: &dyn AskPassword,
    events: &dyn Events,
) -> Result<Submitted, Error> {
    // A sender's token has no business here: what was begun has a grant.
    let server = Server::new(order.link.base(), Connection { token: None, ..connection })?;
    let files = plan(&order.paths, events)?;
    let bytes = files.iter().map(|file| file.stamp.size).sum();
    events.on(Event::Planned { files: files.len() as u64, bytes });
    let identity = submission_identity(order);
    let place = options.state_directory.as_deref().map(|dir| Place::named(dir, &identity)).transpose()?;

    let Entered { mut begun, server, submission } =
        enter(&server, order, place.as_ref(), ask, events).await?;
    let kept = place.as_ref().and_then(|place| place.read(&server));
    let kept = kept.filter(|state| state.transfer == submission.id && !options.restart);
    if submission.sent_at.is_none() && submission.place().is_none() && order.insists() {
        return Err(Error::SealedByService);
    }
    if let Some(to) = submission.to(&server)? {
        begun.show(to, order, place.as_ref(), events)?;
    }
    let (state, keys) = state(&server, order, &submission, kept, &files, events).await?;
    let journal = Journal::new(place, state);
    if submission.sent_at.is_none() {
        journal.save().await?;
        match &keys {
            Some(keys) => upload_sealed(&server, &journal, keys, &files, options, events).await?,
            None => upload(&server, &journal, &files, options, events).await?,
        }
        remove_strays(&server, &journal, events).await?;
    }
    let done = hand_over(&server, order, &journal, &mut begun, keys.as_ref(), events).await?;
    Ok(Submitted {
        id: done.id,
        requester: begun.requester.clone(),
        files: done.files.len() as u64,
        sealed_to: begun.fingerprint()?,
        journal,
    })
}

/// How far it has come, fitted to the files as they are now, and what they are sealed with.
async fn state(
    server: &Server,
    order: &SubmitOrder,
    submission: &Submission,
    kept: Option<State>,
    files: &[PlannedFile],
    events: &dyn Events,
) -> Result<(State, Option<Keys>), Error> {
    if submission.sent_at.is_some() {
        return Ok((kept.unwrap_or_else(|| anew(server, submission, files, None)), None));
    }
    let link = &order.link.token;
    let Some(place) = submission.place() else {
        let state = match kept.filter(|state| state.sealing.is_none()) {
            Some(state) => fit_submission(server, &state, &submission.files, files, events).await?,
            None => anew(server, submission, files, None),
        };
        return Ok((state, None));
    };
    if let Some(state) = kept {
        let sealing = state.sealing.as_ref();
        if let Some(keys) = sealing.and_then(|sealing| Keys::open(place, link, &sealing.kept, RANDOM)) {
            let now = fit_submission(server, &state, &submission.files, files, events).await?;
            // Two lists of files under one content key were both once whole, and the service could show the earlier one.
            let was_bound = state.sealing.as_ref().is_some_and(|sealing| sealing.bound);
            if !was_bound || now.files == state.files {
                return Ok((now, Some(keys)));
            }
        }
    }
    let (keys, kept) = Keys::make(place, link, RANDOM);
    let sealing = Some(SealingState::new(kept));
    Ok((anew(server, submission, files, sealing), Some(keys)))
}

fn anew(
    server: &Server,
    submission: &Submission,
    files: &[PlannedFile],
    sealing: Option<SealingState>,
) -> State {
    let mut state = State::new(server, submission.id);
    state.files = files.iter().map(FileState::new).collect();
    state.sealing = sealing;
    state
}

/// Hands it over, sealed to the key that counts now.
async fn hand_over(
    server: &Server,
    order: &SubmitOrder,
    journal: &Journal,
    begun: &mut Begun,
    keys: Option<&Keys>,
    events: &dyn Events,
) -> Result<Submission, Error> {
    let mut changes = 0;
    loop {
        let submission = server.submission(journal.transfer(), events).await?;
        if submission.sent_at.is_some() {
            return Ok(submission);
        }
        let handed = match (keys, submission.to(server)?) {
            (Some(keys), Some(to)) => {
                begun.show(to, order, journal.place(), events)?;
                let mut content_key_to = vec![keys.seal_to(&to.receiver)?];
                content_key_to.extend(to.recovery.map(|key| keys.seal_to_recovery(&key)).transpose()?);
                let contents = keys.contents((None, None), journal)?;
                let sealing = NewSubmissionSealing { content_key_to, contents };
                journal.note_bound().await?;
                match server.seal_submission(submission.id, &sealing, events).await {
                    Ok(()) => server.hand_over(submission.id, events).await,
                    Err(error) => Err(error),
                }
            }
            _ => server.hand_over(submission.id, events).await,
        };
        match handed {
            Err(error) if error.is_code("key_changed") && changes < MAX_CHANGES => changes += 1,
            handed => return handed,
        }
    }
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::{PrivateKey, PublicKey, SystemRandom};

    use super::*;

    fn key() -> PublicKey {
        PrivateKey::generate(&SystemRandom).public_key()
    }

    fn order(insisted: &[PublicKey]) -> SubmitOrder {
        SubmitOrder {
            paths: Vec::new(),
            link: "https://h.example/r/q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA".parse().unwrap(),
            name: "Ute Baum".to_owned(),
            email: "ute@builder.example".parse().unwrap(),
            fingerprints: insisted.iter().map(PublicKey::fingerprint).collect(),
            seals: WhoSeals::AsTenantSays,
        }
    }

    #[test]
    fn who_insists_on_keys_has_it_sealed_to_no_other() {
        let (receiver, recovery) = (key(), key());
        let (alone, both) =
            (SealTo { receiver, recovery: None }, SealTo { receiver, recovery: Some(recovery) });
        order(&[]).admits(both).unwrap();
        order(&[receiver]).admits(alone).unwrap();
        order(&[recovery, receiver]).admits(both).unwrap();
        assert!(matches!(order(&[receiver]).admits(both), Err(Error::RecoveryKeyToo { .. })));
        assert!(matches!(order(&[recovery]).admits(both), Err(Error::AnotherKey { .. })));
        assert!(order(&[receiver]).insists() && !order(&[]).insists());
    }

    #[test]
    fn keys_that_were_not_shown_are_told_once_before_it_is_sealed_to_them() {
        let (receiver, other, recovery) = (key(), key(), key());
        let alone = SealTo { receiver, recovery: None };
        let both = SealTo { recovery: Some(recovery), ..alone };
        let mut begun = Begun::new(RANDOM);
        let mut show = |to, insisted: &[PublicKey]| begun.show(to, &order(insisted), None, &());
        show(alone, &[]).unwrap();
        assert!(matches!(show(both, &[]), Err(Error::RecoveryKeyChanged { .. })));
        show(both, &[]).unwrap();
        // Nobody is asked whether one may open it less.
        show(alone, &[]).unwrap();
        // Who has said that it may be sealed to both is not asked either.
        show(both, &[receiver, recovery]).unwrap();
        let changed = SealTo { receiver: other, ..both };
        assert!(matches!(show(changed, &[]), Err(Error::KeyChanged { .. })));
        show(changed, &[]).unwrap();
    }
}
