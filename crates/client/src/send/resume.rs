//! What an earlier call has left: how far it came, and what of that still holds.

use std::collections::HashSet;

use sealpost_domain::{TransferState, UploadId};

use super::{
    RANDOM, SendOrder,
    journal::{FileState, State, UploadState},
    plan::PlannedFile,
    sealing::Sealing,
};
use crate::{Error, Events, Server, wire::TransferFile};

/// Where an earlier call left a sending.
pub(super) enum Standing {
    /// Files can still go up; sealed with these secrets, if they are sealed here.
    Draft(State, Option<Sealing>),
    /// All went up, and it was sent; only the answer was not seen.
    Over(State),
}

/// Removes what an earlier call left, unless it was sent after all: recipients have its links.
pub(super) async fn give_up(server: &Server, state: &State, events: &dyn Events) -> Result<(), Error> {
    match server.transfer(state.transfer, events).await {
        Ok(transfer) if transfer.state.parse() == Ok(TransferState::Draft) => {
            server.purge_transfer(state.transfer, events).await
        }
        Err(error) if !error.is_gone() => Err(error),
        _ => Ok(()),
    }
}

/// Fits an earlier state to the files as they are now; `None` if it is better to begin anew.
pub(super) async fn resume(
    server: &Server,
    order: &SendOrder,
    state: State,
    seals: bool,
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
    now.files = files.iter().map(|file| fitted(&state, &transfer.files, file)).collect();
    let sealing = match &state.sealing {
        Some(sealing) => {
            refuse_changed(&state, files)?;
            Sealing::open(&transfer, order.password.as_ref(), &sealing.kept, RANDOM).await?
        }
        None => None,
    };
    // The tenant may say otherwise by now.
    let as_wanted = sealing.is_some() == seals && state.sealing.is_some() == seals;
    // Two lists of files under one secret were both once whole, and the service could show the earlier one.
    let was_bound = state.sealing.as_ref().is_some_and(|sealing| sealing.bound);
    let as_wanted = as_wanted && !(was_bound && now.files != state.files);
    if as_wanted && remove_outdated(server, &state, &now, events).await? {
        Ok(Some(Standing::Draft(now, sealing)))
    } else {
        server.purge_transfer(state.transfer, events).await?;
        Ok(None)
    }
}

/// The same of what is sent in, which is not begun anew: that would take another of the request's uses.
pub(super) async fn fit_submission(
    server: &Server,
    state: &State,
    there: &[TransferFile],
    files: &[PlannedFile],
    events: &dyn Events,
) -> Result<State, Error> {
    if state.sealing.is_some() {
        refuse_changed(state, files)?;
    }
    let mut now = state.clone();
    now.files = files.iter().map(|file| fitted(state, there, file)).collect();
    for id in outdated(state, &now) {
        server.remove_upload(id, events).await?;
    }
    Ok(now)
}

/// Fails if a file is another than the one of which a part is sealed.
fn refuse_changed(state: &State, files: &[PlannedFile]) -> Result<(), Error> {
    let is_begun = |known: &&FileState| known.upload != UploadState::New;
    for file in files {
        let known = state.files.iter().filter(is_begun).find(|known| known.is_of(file));
        if known.is_some_and(|known| !known.is(file)) {
            return Err(Error::ChangedSince { path: file.path.clone() });
        }
    }
    Ok(())
}

/// How far an unchanged file has come; the server knows better than the state, which may lag behind.
fn fitted(state: &State, there: &[TransferFile], file: &PlannedFile) -> FileState {
    let mut fitted = FileState::new(file);
    let known = state.files.iter().find(|known| known.is(file));
    if state.sealing.is_some() {
        // What a file is called the service does not know.
        let is_there = |id: UploadId| there.iter().any(|file| UploadId::from(file.id) == id);
        fitted.upload = match known.map(|known| known.upload.clone()) {
            Some(UploadState::Done { id }) if !is_there(id) => UploadState::New,
            known => known.unwrap_or(UploadState::New),
        };
    } else if let Some(known) = known {
        fitted.upload = match file_of(there, &fitted.name, fitted.size) {
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
    for id in outdated(before, now) {
        match server.remove_upload(id, events).await {
            Ok(()) => {}
            Err(Error::Refused(_)) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// What was uploaded of files that have changed or are gone.
fn outdated(before: &State, now: &State) -> Vec<UploadId> {
    let kept: HashSet<_> = now.files.iter().flat_map(|file| file.upload.uploads()).collect();
    let all = before.files.iter().flat_map(|file| file.upload.uploads());
    all.filter(|id| !kept.contains(id)).collect()
}

/// The finished file of this name and size. Names are unique within a sending.
pub(super) fn file_of(there: &[TransferFile], name: &str, size: u64) -> Option<UploadId> {
    let found = there.iter().find(|file| file.size == size && file.name.as_deref() == Some(name))?;
    Some(UploadId::from(found.id))
}
