//! Where the state of a sending lies, and what it is called there.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{State, VERSION};
use crate::{
    Error, Server, private,
    send::{SendOrder, SubmitOrder, submission::Begun},
};

const FORGET_AFTER: Duration = Duration::from_secs(30 * 86_400);

/// Where the state of one sending lies, locked.
#[derive(Debug)]
pub(crate) struct Place {
    pub(super) path: PathBuf,
    /// What parts were sealed with, if they are sealed here.
    pub(super) parts: PathBuf,
    /// What was begun to be sent in.
    begun: PathBuf,
    lock: PathBuf,
    _held: File,
}

impl Place {
    /// The place of this sending's state, locked.
    ///
    /// # Errors
    /// [`Error::Running`] if another process holds it.
    pub(crate) fn lock(directory: &Path, server: &Server, order: &SendOrder) -> Result<Self, Error> {
        Self::named(directory, &identity(server, order))
    }

    /// The place of the sending that is called so, likewise.
    pub(crate) fn named(directory: &Path, key: &str) -> Result<Self, Error> {
        create_private(directory).map_err(Error::io("create", directory))?;
        let lock = directory.join(format!("send-{key}.lock"));
        loop {
            let held = private::options()
                .create(true)
                .write(true)
                .truncate(true)
                .open(&lock)
                .map_err(Error::io("open", &lock))?;
            match held.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(Error::Running),
                Err(TryLockError::Error(source)) => return Err(Error::io("lock", &lock)(source)),
            }
            // Another process may have finished, and removed the file, between the two steps.
            if lock.exists() {
                forget_old(directory, &held).map_err(Error::io("tidy", directory))?;
                let named = |what| directory.join(format!("send-{key}.{what}"));
                let (path, parts, begun) = (named("json"), named("parts"), named("begun"));
                return Ok(Self { path, parts, begun, lock, _held: held });
            }
        }
    }

    /// What an earlier call left. What cannot be read, or was written for another server, counts as nothing.
    pub(crate) fn read(&self, server: &Server) -> Option<State> {
        let state: State = serde_json::from_slice(&fs::read(&self.path).ok()?).ok()?;
        (state.version == VERSION && state.base_url == server.base().as_str()).then_some(state)
    }

    /// What an earlier call has begun to send in.
    pub(crate) fn begun(&self) -> Option<Begun> {
        serde_json::from_slice(&Zeroizing::new(fs::read(&self.begun).ok()?)).ok()
    }

    /// Keeps what was begun to be sent in.
    pub(crate) fn keep(&self, begun: &Begun) -> Result<(), Error> {
        let json = Zeroizing::new(serde_json::to_vec(begun).expect("what was begun is plain data"));
        write_whole(&self.begun, &json).map_err(Error::io("write", &self.begun))
    }

    /// Forgets what is there.
    pub(crate) fn forget(&self) -> Result<(), Error> {
        self.remove().map_err(Error::io("remove", &self.path))
    }

    fn remove(&self) -> io::Result<()> {
        for path in [&self.path, &self.parts, &self.begun] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Drop for Place {
    /// A lock without a state locks nothing.
    fn drop(&mut self) {
        if !self.path.exists() && !self.begun.exists() {
            drop(fs::remove_file(&self.lock));
        }
    }
}

/// 32 hex digits that name this very sending. Keyed with the token, so that the name says nothing of the password
/// to whoever does not have the token.
pub(super) fn identity(server: &Server, order: &SendOrder) -> String {
    let token = server.token().map_or("", |token| token.expose());
    let paths: Vec<_> = order.paths.iter().map(|path| settled(path)).collect();
    let recipients: Vec<_> = order.recipients.iter().map(|address| address.lookup_key()).collect();
    let described = serde_json::json!([
        server.base(),
        paths,
        recipients,
        order.subject,
        order.message,
        order.expires_in.map(|duration| duration.as_secs()),
        order.max_downloads,
        order.password.as_ref().map(|password| password.expose()),
        order.send_as.as_ref().map(|address| address.lookup_key()),
        order.protection,
        order.phones,
        order.seals as u8,
    ]);
    keyed(token, &described)
}

/// The same of what is sent in, keyed with the token of the request.
pub(crate) fn submission_identity(order: &SubmitOrder) -> String {
    let paths: Vec<_> = order.paths.iter().map(|path| settled(path)).collect();
    let described = serde_json::json!([order.link.base(), paths, order.name, order.email.lookup_key()]);
    keyed(order.link.token.expose(), &described)
}

fn keyed(token: &str, described: &serde_json::Value) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(token.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(described.to_string().as_bytes());
    HEXLOWER.encode(&mac.finalize().into_bytes()[..16])
}

/// Writes a file that its owner alone reads: all of it is there, or what was before.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut temporary = path.to_owned().into_os_string();
    temporary.push(".new");
    let mut file = private::options().create(true).write(true).truncate(true).open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)
}

/// Removes what was left of sendings that nobody went on with: the service has purged them long ago.
fn forget_old(directory: &Path, just_made: &File) -> io::Result<()> {
    let now = just_made.metadata()?.modified()?;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let is_ours = entry.file_name().to_str().is_some_and(|name| name.starts_with("send-"));
        let age = entry.metadata()?.modified().ok().and_then(|then| now.duration_since(then).ok());
        if is_ours && age.is_some_and(|age| age > FORGET_AFTER) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn settled(path: &Path) -> String {
    path.canonicalize().unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
}

#[cfg(unix)]
fn create_private(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

#[cfg(not(unix))]
fn create_private(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)
}
