//! Sending: a transfer is created, its files go up, its recipients get their links.

mod journal;
mod plan;
mod source;
mod tus;
mod upload;

use std::{collections::HashSet, num::NonZeroUsize, path::PathBuf, time::Duration};

use chrono::{DateTime, SecondsFormat};
use futures_util::{StreamExt, TryStreamExt, stream};
use sealpost_domain::{Clock, EmailAddress, PhoneNumber, Protection, Timestamp, TransferState, UploadId};

pub(crate) use self::plan::numbered;
use self::{
    journal::{FileState, Journal, Place, State, UploadState},
    plan::{PlannedFile, plan},
    upload::Uploader,
};
use crate::{
    Error, Event, Events, Secret, Server,
    events::Meter,
    wire::{NewRecipient, NewTransfer, SentTransfer, Transfer},
};

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
    /// What recipients must know besides the link. Not kept anywhere.
    pub password: Option<Secret>,
    /// In how many visits each recipient may fetch; in one visit he may fetch everything, and again.
    pub max_downloads: Option<u64>,
    /// The shared mailbox in whose name it is sent.
    pub send_as: Option<EmailAddress>,
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
}

impl Default for SendOptions {
    /// Four connections, nothing remembered.
    fn default() -> Self {
        Self { state_directory: None, connections: crate::CONNECTIONS, restart: false }
    }
}

/// Sends files and answers with the recipients' links.
///
/// Dropping the future breaks the sending off. The same call later goes on where it was, also after a crash, if there
/// is a `state_directory`. A file that changed meanwhile is sent anew.
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
) -> Result<SentTransfer, Error> {
    let files = plan(&order.paths, events)?;
    let bytes = files.iter().map(|file| file.stamp.size).sum();
    events.on(Event::Planned { files: files.len() as u64, bytes });

    let place = options.state_directory.as_deref().map(|dir| Place::lock(dir, server, order)).transpose()?;
    let earlier = place.as_ref().and_then(|place| place.read(server));
    let standing = match earlier {
        Some(state) if options.restart => {
            give_up(server, &state, events).await?;
            None
        }
        Some(state) => resume(server, state, &files, events).await?,
        None => None,
    };
    let standing = match standing {
        Some(standing) => standing,
        None => Standing::Draft(create(server, order, &files, clock, events).await?),
    };
    let (Standing::Draft(state) | Standing::Over(state)) = &standing;
    let journal = Journal::new(place, state.clone());
    if matches!(standing, Standing::Draft(_)) {
        journal.save().await?;
        upload(server, &journal, &files, options, events).await?;
        remove_strays(server, &journal, events).await?;
    }
    let sent = server.send_transfer(journal.transfer(), events).await?;
    journal.finish()?;
    Ok(sent)
}

/// Where an earlier call left a sending.
enum Standing {
    /// Files can still go up.
    Draft(State),
    /// All went up, and it was sent; only the answer was not seen.
    Over(State),
}

async fn create(
    server: &Server,
    order: &SendOrder,
    files: &[PlannedFile],
    clock: &dyn Clock,
    events: &dyn Events,
) -> Result<State, Error> {
    let phones = order.phones.iter().map(|phone| Some(phone.as_str())).chain(std::iter::repeat(None));
    let recipients = order.recipients.iter().zip(phones);
    let recipients =
        recipients.map(|(address, phone)| NewRecipient { email: address.as_str(), phone }).collect();
    let new = NewTransfer {
        recipients,
        protection: order.protection,
        subject: order.subject.as_deref(),
        message: order.message.as_deref(),
        expires_at: order.expires_in.map(|life| rfc3339(clock.now() + life)),
        password: order.password.as_ref().map(Secret::expose),
        max_downloads: order.max_downloads,
        send_as: order.send_as.as_ref().map(EmailAddress::as_str),
    };
    let mut state = State::new(server, server.create_transfer(&new, events).await?.id);
    state.files = files.iter().map(FileState::new).collect();
    Ok(state)
}

/// Removes what an earlier call left, unless it was sent after all: recipients have its links.
async fn give_up(server: &Server, state: &State, events: &dyn Events) -> Result<(), Error> {
    match server.transfer(state.transfer, events).await {
        Ok(transfer) if transfer.state.parse() == Ok(TransferState::Draft) => {
            server.purge_transfer(state.transfer, events).await
        }
        Err(error) if !error.is_gone() => Err(error),
        _ => Ok(()),
    }
}

/// Fits an earlier state to the files as they are now; `None` if it is better to begin anew.
async fn resume(
    server: &Server,
    state: State,
    files: &[PlannedFile],
    events: &dyn Events,
) -> Result<Option<Standing>, Error> {
    let transfer = match server.transfer(state.transfer, events).await {
        Ok(transfer) => transfer,
        Err(error) if error.is_gone() => return Ok(None),
        Err(error) => return Err(error),
    };
    match transfer.state.parse() {
        Ok(TransferState::Draft) => {}
        Ok(TransferState::Sealed | TransferState::Available) => return Ok(Some(Standing::Over(state))),
        _ => return Ok(None),
    }
    let mut now = state.clone();
    now.files = files.iter().map(|file| fitted(&state, &transfer, file)).collect();
    if remove_outdated(server, &state, &now, events).await? {
        Ok(Some(Standing::Draft(now)))
    } else {
        server.purge_transfer(state.transfer, events).await?;
        Ok(None)
    }
}

/// How far an unchanged file has come; the server knows better than the state, which may lag behind.
fn fitted(state: &State, transfer: &Transfer, file: &PlannedFile) -> FileState {
    let mut fitted = FileState::new(file);
    if let Some(known) = state.files.iter().find(|known| known.is(file)) {
        fitted.upload = match file_of(transfer, &fitted.name, fitted.size) {
            Some(id) => UploadState::Done { id },
            None => match &known.upload {
                UploadState::Done { .. } => UploadState::New,
                upload => upload.clone(),
            },
        };
    }
    fitted
}

/// Removes from the server what was uploaded of files that have changed or are gone. `false` if that cannot be done.
async fn remove_outdated(
    server: &Server,
    before: &State,
    now: &State,
    events: &dyn Events,
) -> Result<bool, Error> {
    let kept: HashSet<_> = now.files.iter().flat_map(|file| file.upload.uploads()).collect();
    for id in before.files.iter().flat_map(|file| file.upload.uploads()).filter(|id| !kept.contains(id)) {
        match server.remove_upload(id, events).await {
            Ok(()) => {}
            Err(Error::Refused(_)) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    Ok(true)
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
    let transfer = server.transfer(journal.transfer(), events).await?;
    let uploads = transfer.uploads.iter().map(|upload| upload.id);
    let files = transfer.files.iter().map(|file| UploadId::from(file.id));
    for stray in uploads.chain(files).filter(|id| !ours.contains(id)) {
        server.remove_upload(stray, events).await?;
    }
    Ok(())
}

/// The finished file of this name and size. Names are unique within a sending.
fn file_of(transfer: &Transfer, name: &str, size: u64) -> Option<UploadId> {
    let found = transfer.files.iter().find(|file| file.size == size && file.name.as_deref() == Some(name))?;
    Some(UploadId::from(found.id))
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
