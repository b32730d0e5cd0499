//! What parts were sealed with, on disk before they can be stored.
//!
//! A line for every part, written through before its last bytes go out: the service stores a part when it has all of it, so
//! there is none of which the salt is not known, whatever dies when. Salts and checksums are no secrets; keys are elsewhere.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use data_encoding::BASE64URL_NOPAD;
use sealpost_domain::UploadId;
use sealpost_sealed::Salt;
use serde::{Deserialize, Serialize};

use super::attempts::{Attempts, Note, Unclear, salt_bytes};
use crate::{Error, private};

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    /// An attempt begins behind what is stored.
    Begun { upload: UploadId },
    /// A part of it is sealed.
    Sealed { upload: UploadId, attempt: u32, part: u64, salt: String, crc32: u32 },
    /// Nothing of it was taken.
    Refused { upload: UploadId, attempt: u32 },
    /// So many parts are stored, the last ones of this attempt.
    Stored { upload: UploadId, attempt: u32, until: u64 },
}

/// The log of all uploads of a sending.
#[derive(Debug)]
pub(crate) struct PartLog {
    /// Nowhere, if nothing is remembered.
    file: Option<(PathBuf, Mutex<File>)>,
    uploads: Mutex<HashMap<UploadId, Attempts>>,
}

impl PartLog {
    /// The log at `path`, with what an earlier call has left there. What cannot be read, and all behind it, is forgotten: a
    /// line that was being written when everything ended belongs to a part that never went out.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = path else {
            return Ok(Self { file: None, uploads: Mutex::default() });
        };
        let options = private::options().create(true).read(true).write(true).truncate(false).open(path);
        let mut file = options.map_err(Error::io("open", path))?;
        let text = fs::read(path).map_err(Error::io("read", path))?;
        let (uploads, length) = replayed(&text);
        file.set_len(length)
            .and_then(|()| file.seek(SeekFrom::Start(length)))
            .map_err(Error::io("write", path))?;
        Ok(Self { file: Some((path.to_owned(), Mutex::new(file))), uploads: Mutex::new(uploads) })
    }

    /// Another attempt, behind what is stored.
    pub(super) fn begin(&self, upload: UploadId) -> Result<u32, Error> {
        self.write(&Line::Begun { upload })?;
        Ok(self.uploads().entry(upload).or_default().begin())
    }

    /// Notes what a part was sealed with, durably: its last bytes may go out then. `false` if the attempt is over.
    pub(super) fn sealed(&self, upload: UploadId, attempt: u32, part: u64, note: Note) -> io::Result<bool> {
        if !self.uploads().get(&upload).is_some_and(|attempts| attempts.is_live(attempt)) {
            return Ok(false);
        }
        let salt = BASE64URL_NOPAD.encode(salt_bytes(&note));
        self.append(&Line::Sealed { upload, attempt, part, salt, crc32: note.crc32 }, true)?;
        Ok(self.uploads().entry(upload).or_default().sealed(attempt, part, note))
    }

    /// Nothing more of the attempt goes out.
    pub(super) fn end(&self, upload: UploadId, attempt: u32) {
        self.uploads().entry(upload).or_default().end(attempt);
    }

    /// The service has taken nothing of the attempt.
    pub(super) fn refused(&self, upload: UploadId, attempt: u32) -> Result<(), Error> {
        self.uploads().entry(upload).or_default().refused(attempt);
        self.write(&Line::Refused { upload, attempt })
    }

    /// So many parts are stored, the last ones of this attempt.
    pub(super) fn stored_by(
        &self,
        upload: UploadId,
        attempt: u32,
        until: u64,
    ) -> Result<Result<(), Unclear>, Error> {
        if let Err(unclear) = self.uploads().entry(upload).or_default().stored_by(attempt, until) {
            return Ok(Err(unclear));
        }
        self.write(&Line::Stored { upload, attempt, until }).map(Ok)
    }

    /// So many parts are stored, whoever has brought them.
    pub(super) fn stored(&self, upload: UploadId, until: u64) -> Result<Result<(), Unclear>, Error> {
        let by = self.uploads().entry(upload).or_default().stored(until);
        match by {
            Err(unclear) => Ok(Err(unclear)),
            Ok(None) => Ok(Ok(())),
            Ok(Some(attempt)) => self.write(&Line::Stored { upload, attempt, until }).map(Ok),
        }
    }

    /// What the stored parts were sealed with, in order.
    pub(super) fn notes(&self, upload: UploadId) -> Vec<Note> {
        self.uploads().get(&upload).map(|attempts| attempts.settled().to_vec()).unwrap_or_default()
    }

    fn write(&self, line: &Line) -> Result<(), Error> {
        let path = || self.file.as_ref().map(|(path, _)| path.clone()).unwrap_or_default();
        self.append(line, false).map_err(|error| Error::io("write", path())(error))
    }

    /// Lines that are not written through are so with the next part that is.
    fn append(&self, line: &Line, durably: bool) -> io::Result<()> {
        let Some((_, file)) = &self.file else {
            return Ok(());
        };
        let mut text = serde_json::to_vec(line).expect("a line is plain data");
        text.push(b'\n');
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&text)?;
        if durably { file.sync_data() } else { Ok(()) }
    }

    fn uploads(&self) -> MutexGuard<'_, HashMap<UploadId, Attempts>> {
        self.uploads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the lines say, and how many bytes of them can be read.
fn replayed(text: &[u8]) -> (HashMap<UploadId, Attempts>, u64) {
    let (mut uploads, mut length) = (HashMap::new(), 0);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let whole = line.strip_suffix(b"\n");
        let Some(line_read) = whole.and_then(|line| serde_json::from_slice(line).ok()) else {
            break;
        };
        if replay(&mut uploads, line_read).is_none() {
            break;
        }
        length += line.len() as u64;
    }
    (uploads, length)
}

/// `None` if the line does not follow on those before.
fn replay(uploads: &mut HashMap<UploadId, Attempts>, line: Line) -> Option<()> {
    match line {
        Line::Begun { upload } => {
            uploads.entry(upload).or_default().begin();
        }
        Line::Sealed { upload, attempt, part, salt, crc32 } => {
            let salt = BASE64URL_NOPAD.decode(salt.as_bytes()).ok()?;
            let note = Note { salt: Salt::try_from(salt.as_slice()).ok()?, crc32 };
            // One of an attempt that was over when it was written has no meaning.
            uploads.entry(upload).or_default().sealed(attempt, part, note);
        }
        Line::Refused { upload, attempt } => uploads.entry(upload).or_default().refused(attempt),
        Line::Stored { upload, attempt, until } => {
            uploads.entry(upload).or_default().stored_by(attempt, until).ok()?;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPLOAD: &str = "0190a000-0000-7000-8000-000000000002";

    fn note(byte: u8) -> Note {
        Note { salt: Salt::from_bytes([byte; 24]), crc32: u32::from(byte) }
    }

    #[test]
    fn a_later_call_knows_what_an_earlier_one_has_sealed() {
        let dir = tempfile::tempdir().unwrap();
        let (path, upload) = (dir.path().join("send-x.parts"), UPLOAD.parse().unwrap());
        let log = PartLog::open(Some(&path)).unwrap();
        let first = log.begin(upload).unwrap();
        for part in 0..3 {
            assert!(log.sealed(upload, first, part, note(part as u8)).unwrap());
        }
        log.stored_by(upload, first, 2).unwrap().unwrap();
        drop(log);
        // Killed in the middle of a line.
        let whole = fs::metadata(&path).unwrap().len();
        File::options().append(true).open(&path).unwrap().write_all(b"{\"what\":\"sealed\",\"up").unwrap();

        let log = PartLog::open(Some(&path)).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), whole);
        assert_eq!(log.notes(upload), [note(0), note(1)]);
        log.stored(upload, 3).unwrap().unwrap();
        let second = log.begin(upload).unwrap();
        assert_eq!(second, 2);
        assert!(log.sealed(upload, second, 3, note(9)).unwrap());
        drop(log);
        let log = PartLog::open(Some(&path)).unwrap();
        log.stored(upload, 4).unwrap().unwrap();
        assert_eq!(log.notes(upload), [note(0), note(1), note(2), note(9)]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn lines_that_make_no_sense_say_nothing_and_neither_do_those_behind_them() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("send-x.parts");
        let begun = format!("{{\"what\":\"begun\",\"upload\":\"{UPLOAD}\"}}\n");
        let stored = format!("{{\"what\":\"stored\",\"upload\":\"{UPLOAD}\",\"attempt\":1,\"until\":5}}\n");
        for bad in [&stored, "\u{0}\n", "{}\n"] {
            fs::write(&path, format!("{begun}{bad}{begun}")).unwrap();
            let log = PartLog::open(Some(&path)).unwrap();
            assert_eq!(log.notes(UPLOAD.parse().unwrap()), []);
            assert_eq!(fs::metadata(&path).unwrap().len(), begun.len() as u64);
        }
    }
}
