//! Sending: a transfer is created, its files go up, its recipients get their links.

mod journal;
mod plan;
mod resume;
mod sealing;
mod source;
mod submission;
mod tus;
mod upload;

use std::{collections::HashSet, num::NonZeroUsize, path::PathBuf, sync::Arc, time::Duration};

use chrono::{DateTime, SecondsFormat};
use futures_util::{StreamExt, TryStreamExt, stream};
use sealpost_domain::{Clock, EmailAddress, PhoneNumber, Protection, Timestamp, TransferMode, UploadId};
use sealpost_sealed::{PublicKey, Random, SystemRandom};
use tokio::sync::{Mutex, Semaphore};

use self::{
    journal::{FileState, Journal, Place, SealingState, State},
    plan::{PlannedFile, plan},
    resume::{Standing, give_up, resume},
    sealing::{Keys, PartLog, SealedUploader, Sealing, look_into, policy_now, seals_here},
    upload::Uploader,
};
pub(crate) use self::{
    plan::numbered,
    sealing::{Stated, seals_what_comes_in},
};
pub use self::{
    sealing::{Look, WhoSeals},
    submission::{RequestLink, SubmitOrder, Submitted, submit},
};
use crate::{
    Error, Event, Events, Secret, Server,
    events::Meter,
    wire::{NewRecipient, NewSealing, NewTransfer, SentLink, SentTransfer, Transfer},
};

/// Where keys and salts come from.
const RANDOM: &dyn Random = &SystemRandom;
/// How often files are looked into again because the rules about them have changed meanwhile.
const LOOKS: u32 = 3;

/// What to send to whom. Two orders that are equal are one sending: the second call goes on with the first.
#[derive(Debug, Clone, Default)]
pub struct SendOrder {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// Who gets a link.
    pub recipients: Vec<EmailAddress>,
    /// Subject of the mail, sealed like the files.
    pub subject: Option<String>,
    /// Message beside the files.
    pub message: Option<String>,
    /// Life of the transfer; the tenant's default if absent.
    pub expires_in: Option<Duration>,
    /// What recipients must show besides the link; the tenant's choice if absent.
    pub protection: Option<Protection>,
    /// Telephone numbers of recipients, in their order; for codes by SMS.
    pub phones: Vec<PhoneNumber>,
    /// What recipients must know besides the link. Not kept anywhere; of what is sealed here not shown to the service, either.
    pub password: Option<Secret>,
    /// In how many visits each recipient may fetch; in one visit he may fetch everything, and again.
    pub max_downloads: Option<u64>,
    /// The shared mailbox in whose name it is sent.
    pub send_as: Option<EmailAddress>,
    /// Who seals it.
    pub seals: WhoSeals,
}

/// What was sent, and can be said again until it is forgotten: nobody but the sender has the second part of a link to what is
/// sealed here.
#[derive(Debug)]
pub struct Sent {
    /// As the service has it.
    pub transfer: Transfer,
    /// Each recipient's, with its second part if it has one.
    pub links: Vec<SentLink>,
    /// Whether it was sealed here: the service's mails lack the links' second part.
    pub sealed_here: bool,
    /// What belongs behind `#` in links of which the service says that they lead elsewhere than to the service itself: it is not
    /// put there. A person who knows that place does.
    pub apart: Option<Secret>,
    /// Until it is forgotten.
    journal: Option<Journal>,
}

impl Sent {
    /// Forgets the sending, once somebody has its links: the same order is another sending from now on.
    ///
    /// # Errors
    /// [`Error::Io`] if what is remembered cannot be removed.
    pub fn forget(&mut self) -> Result<(), Error> {
        self.journal.take().map_or(Ok(()), |journal| journal.finish())
    }
}

/// How to send.
#[derive(Debug, Clone)]
pub struct SendOptions {
    /// Where unfinished sendings are remembered; without it a sending ends with the call.
    pub state_directory: Option<PathBuf>,
    /// Requests at once.
    pub connections: NonZeroUsize,
    /// Forget what an earlier call began and start anew.
    pub restart: bool,
    /// Looks into what is sealed here. Without it nothing is stated of files, which some services ask for.
    pub look: Option<Arc<dyn Look>>,
}

impl Default for SendOptions {
    /// Four connections, nothing remembered.
    fn default() -> Self {
        Self { state_directory: None, connections: crate::CONNECTIONS, restart: false, look: None }
    }
}

/// Sends files and answers with the recipients' links.
///
/// Dropping the future breaks the sending off. The same call later goes on where it was, also after a crash, if there
/// is a `state_directory`. A file that changed meanwhile is sent anew, or refused if a part of it was sealed here. What is sealed
/// here takes 2 MiB of memory for each connection, whatever is sent.
///
/// # Errors
/// Any [`Error`]. Connections that break and servers that are busy are waited for as [`crate::Retry`] says; what comes
/// out is worth a person's look. Nothing is sent to recipients unless all files have arrived whole.
pub async fn send(
    server: &Server,
    order: &SendOrder,
    options: &SendOptions,
    clock: &dyn Clock,
    events: &dyn Events,
) -> Result<Sent, Error> {
    let mut files = plan(&order.paths, events)?;
    let bytes = files.iter().map(|file| file.stamp.size).sum();
    events.on(Event::Planned { files: files.len() as u64, bytes });
    let choice = seals_here(server, order, events).await?;
    let seals = choice.is_some();

    let place = options.state_directory.as_deref().map(|dir| Place::lock(dir, server, order)).transpose()?;
    let earlier = place.as_ref().and_then(|place| place.read(server));
    let standing = match earlier {
        Some(state) if options.restart => {
            give_up(server, &state, events).await?;
            None
        }
        Some(state) => resume(server, order, state, seals, &files, events).await?,
        None => None,
    };
    // What was sent already was looked into then.
    let is_over = matches!(standing, Some(Standing::Over(_)));
    if let (false, Some(choice), Some(look)) = (is_over, &choice, &options.look) {
        look_into(&mut files, &**look, &choice.policy).await?;
    }
    let standing = match standing {
        Some(standing) => standing,
        None => {
            place.as_ref().map_or(Ok(()), Place::forget)?;
            create(server, order, seals, &files, clock, events).await?
        }
    };
    let (state, draft) = match standing {
        Standing::Draft(state, sealing) => (state, Some(sealing)),
        Standing::Over(state) => (state, None),
    };
    let journal = Journal::new(place, state);
    let sent = match &draft {
        None => server.send_transfer(journal.transfer(), events).await?,
        Some(sealing) => {
            journal.save().await?;
            let recovery = choice.and_then(|choice| choice.recovery);
            let sending = Sending { server, order, journal: &journal, recovery, options, events };
            sending.through(sealing.as_ref(), &mut files).await?
        }
    };
    Ok(complete(server, sent, journal))
}

/// Puts the second part behind links to what was sealed here. It is a secret: it stands in links to the service alone.
fn complete(server: &Server, mut sent: SentTransfer, journal: Journal) -> Sent {
    let (kept, mut apart) = (journal.sealing(), None);
    if let Some(kept) = &kept {
        for link in &mut sent.links {
            if server.is_at(&link.url) {
                link.url = kept.complete(&link.url);
            } else {
                apart = Some(kept.second_part());
            }
        }
    }
    Sent {
        transfer: sent.transfer,
        links: sent.links,
        sealed_here: kept.is_some(),
        apart,
        journal: Some(journal),
    }
}

/// A draft on its way.
struct Sending<'a> {
    server: &'a Server,
    order: &'a SendOrder,
    journal: &'a Journal,
    /// The tenant's, to which it is sealed besides.
    recovery: Option<PublicKey>,
    options: &'a SendOptions,
    events: &'a dyn Events,
}

impl Sending<'_> {
    /// Brings all files up and sends them. If the rules about files change meanwhile, they are looked into again.
    async fn through(
        &self,
        sealing: Option<&Sealing>,
        files: &mut [PlannedFile],
    ) -> Result<SentTransfer, Error> {
        if let Some(key) = self.recovery {
            self.events.on(Event::SealedToRecoveryKey { fingerprint: &key.fingerprint().to_string() });
        }
        let mut looks = 1;
        loop {
            let look = self.options.look.as_ref().filter(|_| sealing.is_some() && looks < LOOKS);
            match (self.once(sealing, files).await, look) {
                (Err(error), Some(look)) if error.is_code("statement_outdated") => {
                    look_into(files, &**look, &policy_now(self.server, self.events).await?).await?;
                    looks += 1;
                }
                (sent, _) => return sent,
            }
        }
    }

    async fn once(&self, sealing: Option<&Sealing>, files: &[PlannedFile]) -> Result<SentTransfer, Error> {
        let Self { server, order, journal, recovery, options, events } = *self;
        let to = sealing.map(|sealing| (sealing, recovery.as_ref()));
        let told = bring_up(server, order, journal, to, files, options, events).await?;
        remove_strays(server, journal, events).await?;
        if let Some((sealing, told)) = sealing.zip(told) {
            bind(server, journal, sealing, told, events).await?;
        }
        server.send_transfer(journal.transfer(), events).await
    }
}

async fn create(
    server: &Server,
    order: &SendOrder,
    seals: bool,
    files: &[PlannedFile],
    clock: &dyn Clock,
    events: &dyn Events,
) -> Result<Standing, Error> {
    let phones = order.phones.iter().map(|phone| Some(phone.as_str())).chain(std::iter::repeat(None));
    let recipients = order.recipients.iter().zip(phones);
    let recipients =
        recipients.map(|(address, phone)| NewRecipient { email: address.as_str(), phone }).collect();
    // Of what is sealed here the service is told that there is a password, and no more.
    let asks =
        order.protection.or_else(|| order.password.as_ref().filter(|_| seals).map(|_| Protection::Password));
    let new = NewTransfer {
        mode: seals.then_some(TransferMode::ZeroKnowledge),
        recipients,
        protection: asks,
        subject: order.subject.as_deref().filter(|_| !seals),
        message: order.message.as_deref().filter(|_| !seals),
        expires_at: order.expires_in.map(|life| rfc3339(clock.now() + life)),
        password: order.password.as_ref().filter(|_| !seals).map(Secret::expose),
        max_downloads: order.max_downloads,
        send_as: order.send_as.as_ref().map(EmailAddress::as_str),
    };
    let draft = server.create_transfer(&new, events).await?;
    let mut state = State::new(server, draft.id);
    state.files = files.iter().map(FileState::new).collect();
    if !seals {
        return Ok(Standing::Draft(state, None));
    }
    match Sealing::make(&draft, order.password.as_ref(), RANDOM).await {
        Ok((sealing, kept)) => {
            state.sealing = Some(SealingState::new(kept));
            Ok(Standing::Draft(state, Some(sealing)))
        }
        Err(error) => {
            server.purge_transfer(draft.id, events).await?;
            Err(error)
        }
    }
}

/// Brings all files up, sealed here if there are secrets to do so. Gives what the service was told then.
async fn bring_up(
    server: &Server,
    order: &SendOrder,
    journal: &Journal,
    sealing: Option<(&Sealing, Option<&PublicKey>)>,
    files: &[PlannedFile],
    options: &SendOptions,
    events: &dyn Events,
) -> Result<Option<NewSealing>, Error> {
    match (sealing, journal.sealing()) {
        (Some((sealing, recovery)), Some(kept)) => {
            let told = sealing.told(&kept, order, recovery)?;
            server.seal_transfer(journal.transfer(), &told, events).await?;
            upload_sealed(server, journal, &sealing.keys, files, options, events).await?;
            Ok(Some(told))
        }
        _ => upload(server, journal, files, options, events).await.map(|()| None),
    }
}

/// Says, sealed, which files and words belong together: the last thing before it is sent.
async fn bind(
    server: &Server,
    journal: &Journal,
    sealing: &Sealing,
    mut told: NewSealing,
    events: &dyn Events,
) -> Result<(), Error> {
    sealing.bind(&mut told, journal)?;
    journal.note_bound().await?;
    server.seal_transfer(journal.transfer(), &told, events).await
}

async fn upload_sealed(
    server: &Server,
    journal: &Journal,
    sealing: &Keys,
    files: &[PlannedFile],
    options: &SendOptions,
    events: &dyn Events,
) -> Result<(), Error> {
    let (meter, connections) = (Meter::default(), options.connections);
    let uploader = SealedUploader {
        server,
        journal,
        sealing,
        log: Arc::new(PartLog::open(journal.part_log())?),
        meter: &meter,
        events,
        connections,
        permits: Semaphore::new(connections.get()),
        joining: Mutex::default(),
    };
    let uploads = stream::iter(files.iter().enumerate())
        .map(|(index, file)| uploader.file(index, file))
        .buffer_unordered(connections.get())
        .try_collect::<()>();
    let outcome = meter.reporting(events, uploads).await;
    journal.save().await?;
    outcome
}

async fn upload(
    server: &Server,
    journal: &Journal,
    files: &[PlannedFile],
    options: &SendOptions,
    events: &dyn Events,
) -> Result<(), Error> {
    let meter = Meter::default();
    let uploader = Uploader::new(server, journal, &meter, events, options.connections);
    let uploads = stream::iter(files.iter().enumerate())
        .map(|(index, file)| uploader.file(index, file))
        .buffer_unordered(options.connections.get())
        .try_collect::<()>();
    let outcome = meter.reporting(events, uploads).await;
    journal.save().await?;
    outcome
}

/// Removes uploads whose creation was answered but the answer lost: a transfer is sent without strangers.
async fn remove_strays(server: &Server, journal: &Journal, events: &dyn Events) -> Result<(), Error> {
    let ours: HashSet<_> = journal.uploads().into_iter().collect();
    let inside = server.inside(journal.transfer(), events).await?;
    let uploads = inside.uploads.iter().map(|upload| upload.id);
    let files = inside.files.iter().map(|file| UploadId::from(file.id));
    for stray in uploads.chain(files).filter(|id| !ours.contains(id)) {
        server.remove_upload(stray, events).await?;
    }
    Ok(())
}

pub(crate) fn rfc3339(moment: Timestamp) -> String {
    DateTime::from_timestamp_millis(moment.unix_millis())
        .unwrap_or(DateTime::<chrono::Utc>::MAX_UTC)
        .to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_the_api_wants_them() {
        assert_eq!(rfc3339(Timestamp::from_unix_millis(1_800_000_000_999)), "2027-01-15T08:00:00Z");
    }
}
