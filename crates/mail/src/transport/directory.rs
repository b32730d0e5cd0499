//! Mails as `.eml` files in a directory, for trying things out and for handing over to another mailer.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{Letter, MailError, SetupError};

/// Writes each message to `<message id>.eml`.
///
/// A file appears whole or not at all and is on the disk when [`Mailer::send`](crate::Mailer::send) returns. A
/// message that is sent again replaces its file. Names that start with a dot are files in the making, or what a
/// crash has left of them.
#[derive(Debug, Clone)]
pub struct DirectoryTransport(Arc<Directory>);

#[derive(Debug)]
struct Directory {
    path: PathBuf,
    drafts: AtomicU64,
}

impl DirectoryTransport {
    /// Writes to `path`, which is made if need be (for the owner's eyes only: mails hold links).
    ///
    /// # Errors
    /// [`SetupError::Directory`] if it cannot be made or is no directory.
    pub fn new(path: impl Into<PathBuf>) -> Result<Self, SetupError> {
        let path = path.into();
        make(&path).map_err(|error| SetupError::Directory(format!("{}: {error}", path.display())))?;
        Ok(Self(Arc::new(Directory { path, drafts: AtomicU64::new(0) })))
    }

    /// Where the files are.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    pub(crate) async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let (name, bytes) = (format!("{}.eml", letter.id), letter.bytes.clone());
        self.blocking(move |directory| directory.write(&name, &bytes)).await
    }

    /// Writes any other file in the same way.
    pub(crate) async fn put(&self, name: String, bytes: Vec<u8>) -> Result<(), MailError> {
        self.blocking(move |directory| directory.write(&name, &bytes)).await
    }

    /// Writes a file and removes it again.
    pub(crate) async fn check(&self) -> Result<(), MailError> {
        self.blocking(Directory::try_to_write).await
    }

    async fn blocking(
        &self,
        work: impl FnOnce(&Directory) -> io::Result<()> + Send + 'static,
    ) -> Result<(), MailError> {
        let directory = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || work(&directory))
            .await
            .map_err(|error| MailError::Unavailable(error.to_string()))?
            .map_err(|error| MailError::Unavailable(format!("the mail directory: {error}")))
    }
}

impl Directory {
    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let draft = self.draft(name);
        let written = write_synced(&draft, bytes).and_then(|()| fs::rename(&draft, self.path.join(name)));
        if written.is_err() {
            let _ = fs::remove_file(&draft);
        }
        written?;
        // The new name is durable only once the directory is.
        File::open(&self.path)?.sync_all()
    }

    fn try_to_write(&self) -> io::Result<()> {
        let draft = self.draft("check");
        let written = write_synced(&draft, b"");
        // An error of the writing says more than that there is nothing to remove.
        let removed = fs::remove_file(&draft);
        written.and(removed)
    }

    /// Two attempts of one job may run at once (a lost lease), in one process or in two: no shared draft.
    fn draft(&self, name: &str) -> PathBuf {
        let number = self.drafts.fetch_add(1, Ordering::Relaxed);
        self.path.join(format!(".{name}.{}-{number}", std::process::id()))
    }
}

#[cfg(unix)]
fn make(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &Path) -> Vec<String> {
        let entries = fs::read_dir(path).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_message_that_is_written_again_has_one_file_with_the_last_content() {
        let dir = tempfile::tempdir().unwrap();
        let transport = DirectoryTransport::new(dir.path().join("a/b")).unwrap();
        transport.0.write("x@example.org.eml", b"one").unwrap();
        transport.0.write("x@example.org.eml", b"two").unwrap();
        assert_eq!(names(transport.path()), ["x@example.org.eml"]);
        assert_eq!(fs::read(transport.path().join("x@example.org.eml")).unwrap(), b"two");
    }

    #[test]
    fn what_a_crash_has_left_is_in_nobodys_way() {
        let dir = tempfile::tempdir().unwrap();
        let transport = DirectoryTransport::new(dir.path()).unwrap();
        fs::create_dir(dir.path().join("x.eml")).unwrap();
        assert!(transport.0.write("x.eml", b"one").is_err(), "a directory is in the way of the name");
        assert_eq!(names(transport.path()), ["x.eml"], "the draft is cleaned away");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_mails() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let transport = DirectoryTransport::new(dir.path().join("mail")).unwrap();
        transport.0.write("x.eml", b"link").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(transport.path()), 0o700);
        assert_eq!(mode(&transport.path().join("x.eml")), 0o600);
    }

    #[tokio::test]
    async fn a_check_leaves_nothing_behind_and_finds_what_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let transport = DirectoryTransport::new(dir.path().join("mail")).unwrap();
        transport.check().await.unwrap();
        assert!(names(transport.path()).is_empty());
        fs::remove_dir(transport.path()).unwrap();
        assert!(matches!(transport.check().await, Err(MailError::Unavailable(_))));
    }

    #[test]
    fn a_file_in_the_place_of_the_directory_is_an_error_at_once() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(matches!(DirectoryTransport::new(file.path()), Err(SetupError::Directory(_))));
    }
}
