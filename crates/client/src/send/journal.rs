//! What is known of a sending that is not finished: kept in a small file, so that a later call can go on.
//!
//! The file's name is made from everything that the sending is: server, token, files, recipients, words, password.
//! So another password or another recipient is another sending, and no password needs to be kept to tell. What is sealed here
//! has the secret of its links in it, too: the file is its owner's alone, and is removed when the links were handed over.

mod place;

use std::{
    collections::HashMap,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sealpost_domain::{TransferId, UploadId};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::{
    plan::PlannedFile,
    sealing::{Kept, Stated},
};
use crate::{Error, Server};

use place::write_whole;
pub(crate) use place::{Place, submission_identity};

const VERSION: u32 = 1;
/// How often small progress is written down; what is lost of it is found out by asking the server.
const SAVE_EVERY: Duration = Duration::from_secs(1);

/// A sending as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    version: u32,
    base_url: String,
    pub(crate) transfer: TransferId,
    pub(crate) files: Vec<FileState>,
    /// Of what is sealed here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sealing: Option<SealingState>,
}

/// The secrets of a sending that is sealed here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SealingState {
    pub(crate) kept: Kept,
    /// The keys of uploads, each sealed under the content key.
    upload_keys: HashMap<UploadId, String>,
    /// What the service was told of each file that is there.
    #[serde(default)]
    described: HashMap<UploadId, Described>,
    /// Whether the service was told which files belong together.
    #[serde(default)]
    pub(crate) bound: bool,
}

/// What the service was told of a file that is there, and what that was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Described {
    /// Of its sealed manifest, SHA-256 in base64url.
    pub(crate) hash: String,
    /// Bytes of each of the pieces that it was joined of but the last.
    pub(crate) size: u64,
    /// They, in order; none if it came in one upload.
    pub(crate) pieces: Vec<UploadId>,
    pub(crate) stated: Option<Stated>,
}

impl SealingState {
    pub(crate) fn new(kept: Kept) -> Self {
        Self { kept, upload_keys: HashMap::new(), described: HashMap::new(), bound: false }
    }
}

/// One file of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileState {
    path: String,
    pub(crate) name: String,
    pub(crate) size: u64,
    modified: i64,
    pub(crate) upload: UploadState,
}

/// How far a file's upload has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum UploadState {
    /// Nothing of it is on the server.
    New,
    /// It goes up in one upload.
    Whole {
        /// Which.
        id: UploadId,
    },
    /// It goes up in several uploads that are joined at the end.
    Pieces {
        /// Bytes of each piece but the last.
        size: u64,
        /// The uploads, in order, as far as they exist.
        ids: Vec<Option<UploadId>>,
    },
    /// It is there.
    Done {
        /// The upload that has become the file.
        id: UploadId,
    },
}

impl State {
    pub(crate) fn new(server: &Server, transfer: TransferId) -> Self {
        Self {
            version: VERSION,
            base_url: server.base().to_string(),
            transfer,
            files: Vec::new(),
            sealing: None,
        }
    }
}

impl FileState {
    pub(crate) fn new(file: &PlannedFile) -> Self {
        Self {
            path: file.path.to_string_lossy().into_owned(),
            name: file.name.as_str().to_owned(),
            size: file.stamp.size,
            modified: file.stamp.modified,
            upload: UploadState::New,
        }
    }

    /// Whether this is that file, as it was or changed.
    pub(crate) fn is_of(&self, file: &PlannedFile) -> bool {
        self.path == file.path.to_string_lossy() && self.name == file.name.as_str()
    }

    /// Whether this is that file, unchanged.
    pub(crate) fn is(&self, file: &PlannedFile) -> bool {
        let same = Self::new(file);
        self.path == same.path
            && self.name == same.name
            && self.size == same.size
            && self.modified == same.modified
    }
}

impl UploadState {
    /// The upload of a piece, or of the whole if it is given none, as far as there is one that is not finished.
    pub(crate) fn begun(&self, piece: Option<usize>) -> Option<UploadId> {
        match (self, piece) {
            (Self::Whole { id }, None) => Some(*id),
            (Self::Pieces { ids, .. }, Some(piece)) => ids.get(piece).copied().flatten(),
            _ => None,
        }
    }

    /// Another upload of the piece, or of the whole, begins.
    pub(crate) fn begin(&mut self, piece: Option<usize>, id: UploadId) {
        match (self, piece) {
            (Self::Pieces { ids, .. }, Some(piece)) => ids[piece] = Some(id),
            (state, _) => *state = Self::Whole { id },
        }
    }

    /// Every upload on the server that belongs to it.
    pub(crate) fn uploads(&self) -> Vec<UploadId> {
        match self {
            Self::New => Vec::new(),
            Self::Whole { id } | Self::Done { id } => vec![*id],
            Self::Pieces { ids, .. } => ids.iter().flatten().copied().collect(),
        }
    }
}

/// The state in memory and, if there is a directory for it, on disk. Held by one process at a time.
#[derive(Debug)]
pub(crate) struct Journal {
    place: Option<Place>,
    state: Mutex<State>,
    saved: tokio::sync::Mutex<Option<Instant>>,
}

impl Journal {
    pub(crate) fn new(place: Option<Place>, state: State) -> Self {
        Self { place, state: Mutex::new(state), saved: tokio::sync::Mutex::default() }
    }

    pub(crate) const fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    pub(crate) fn transfer(&self) -> TransferId {
        self.state().transfer
    }

    pub(crate) fn upload(&self, file: usize) -> UploadState {
        self.state().files[file].upload.clone()
    }

    pub(crate) fn uploads(&self) -> Vec<UploadId> {
        self.state().files.iter().flat_map(|file| file.upload.uploads()).collect()
    }

    /// Notes what must not be forgotten, such as where gigabytes have gone.
    pub(crate) async fn note(&self, file: usize, change: impl FnOnce(&mut UploadState)) -> Result<(), Error> {
        change(&mut self.state().files[file].upload);
        self.save().await
    }

    /// What is remembered of sealing, if it is done here.
    pub(crate) fn sealing(&self) -> Option<Kept> {
        self.state().sealing.as_ref().map(|sealing| sealing.kept.clone())
    }

    /// Notes an upload of what is sealed here, with its key: nothing is sealed before.
    pub(crate) async fn note_sealed(
        &self,
        file: usize,
        upload: UploadId,
        key: String,
        change: impl FnOnce(&mut UploadState),
    ) -> Result<(), Error> {
        if let Some(sealing) = &mut self.state().sealing {
            sealing.upload_keys.insert(upload, key);
        }
        self.note(file, change).await
    }

    /// The key of an upload, as it was noted.
    pub(crate) fn upload_key(&self, upload: UploadId) -> Option<String> {
        self.state().sealing.as_ref()?.upload_keys.get(&upload).cloned()
    }

    /// Notes that a file is there, and what the service was told of it.
    pub(crate) async fn note_described(
        &self,
        file: usize,
        id: UploadId,
        described: Described,
    ) -> Result<(), Error> {
        if let Some(sealing) = &mut self.state().sealing {
            sealing.described.insert(id, described);
        }
        self.note(file, |state| *state = UploadState::Done { id }).await
    }

    /// What the service was told of a file that is there.
    pub(crate) fn described(&self, id: UploadId) -> Option<Described> {
        self.state().sealing.as_ref()?.described.get(&id).cloned()
    }

    /// The files that are there.
    pub(crate) fn done(&self) -> Vec<UploadId> {
        let done = |file: &FileState| match file.upload {
            UploadState::Done { id } => Some(id),
            _ => None,
        };
        self.state().files.iter().filter_map(done).collect()
    }

    /// Notes that the service is about to be told which files belong together.
    pub(crate) async fn note_bound(&self) -> Result<(), Error> {
        if let Some(sealing) = &mut self.state().sealing {
            sealing.bound = true;
        }
        self.save().await
    }

    /// Where what parts are sealed with is written down; nowhere if nothing is remembered.
    pub(crate) fn part_log(&self) -> Option<&Path> {
        self.place.as_ref().map(|place| place.parts.as_path())
    }

    /// Notes what can be found out again; many of these come in a second.
    pub(crate) async fn note_lightly(&self, file: usize, upload: UploadState) -> Result<(), Error> {
        self.state().files[file].upload = upload;
        let due = self.saved.lock().await.is_none_or(|last| last.elapsed() >= SAVE_EVERY);
        if due { self.save().await } else { Ok(()) }
    }

    pub(crate) async fn save(&self) -> Result<(), Error> {
        let Some(place) = &self.place else {
            return Ok(());
        };
        // Held while writing: an older state never replaces a newer one.
        let mut saved = self.saved.lock().await;
        let json = Zeroizing::new(serde_json::to_vec(&*self.state()).expect("a state is plain data"));
        // A few kilobytes: quicker written here than handed to another thread.
        write_whole(&place.path, &json).map_err(Error::io("write", &place.path))?;
        *saved = Some(Instant::now());
        Ok(())
    }

    /// The sending is over: nothing of it stays behind.
    pub(crate) fn finish(&self) -> Result<(), Error> {
        let Some(place) = &self.place else {
            return Ok(());
        };
        place.forget()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use super::{place::identity, *};
    use crate::{
        Connection, Secret,
        send::{SendOrder, plan::plan},
    };

    const TRANSFER: &str = "0190a000-0000-7000-8000-000000000001";
    const UPLOAD: &str = "0190a000-0000-7000-8000-000000000002";

    fn server(token: &str) -> Server {
        let connection = Connection { token: Some(token.into()), ..Connection::default() };
        Server::new(&"https://h.example".parse().unwrap(), connection).unwrap()
    }

    fn order(path: PathBuf, password: Option<&str>) -> SendOrder {
        SendOrder {
            paths: vec![path],
            recipients: vec!["a@example.org".parse().unwrap()],
            password: password.map(Secret::from),
            ..SendOrder::default()
        }
    }

    #[tokio::test]
    async fn what_was_noted_is_read_by_the_next_call_and_gone_after_the_end() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a");
        fs::write(&file, "x").unwrap();
        let (server, order) = (server("sp_t"), order(file.clone(), None));
        let planned = plan(&[file], &()).unwrap().remove(0);
        let states = dir.path().join("state/sealpost");

        let place = Place::lock(&states, &server, &order).unwrap();
        assert_eq!(place.read(&server), None);
        let mut state = State::new(&server, TRANSFER.parse().unwrap());
        state.files.push(FileState::new(&planned));
        let journal = Journal::new(Some(place), state);
        let upload = UploadState::Whole { id: UPLOAD.parse().unwrap() };
        journal.note(0, |state| *state = upload.clone()).await.unwrap();
        assert!(matches!(Place::lock(&states, &server, &order), Err(Error::Running)));
        drop(journal);

        let place = Place::lock(&states, &server, &order).unwrap();
        let state = place.read(&server).unwrap();
        assert_eq!(state.files[0].upload, upload);
        assert!(state.files[0].is(&planned));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&place.path).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(fs::metadata(&states).unwrap().permissions().mode() & 0o777, 0o700);
        }
        let text = fs::read_to_string(&place.path).unwrap();
        assert!(!text.contains("sp_t"), "{text}");
        let journal = Journal::new(Some(place), state);
        journal.finish().unwrap();
        drop(journal);
        assert_eq!(fs::read_dir(&states).unwrap().count(), 0);
    }

    #[test]
    fn another_password_or_token_is_another_sending() {
        let names = [
            identity(&server("a"), &order("x".into(), None)),
            identity(&server("b"), &order("x".into(), None)),
            identity(&server("a"), &order("x".into(), Some("p"))),
            identity(&server("a"), &order("x".into(), Some("q"))),
            identity(&server("a"), &order("y".into(), None)),
        ];
        let different: std::collections::HashSet<_> = names.iter().collect();
        assert_eq!(different.len(), names.len());
        assert_eq!(names[0], identity(&server("a"), &order("x".into(), None)));
    }

    #[test]
    fn a_state_that_cannot_be_read_counts_as_none() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::lock(dir.path(), &server("t"), &order("x".into(), None)).unwrap();
        for text in ["", "{", r#"{"version":2}"#, "\u{0}"] {
            fs::write(&place.path, text).unwrap();
            assert_eq!(place.read(&server("t")), None, "{text:?}");
        }
    }
}
