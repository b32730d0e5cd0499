//! Whether a key lies where only the service's user can reach it.

use std::{
    fs::{self, Metadata},
    io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use crate::VaultError;

const DIR_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// Refuses a `dir` within one of `others`, or equal to one, whatever links lead there.
pub(super) fn require_apart(dir: &Path, others: &[&Path]) -> Result<(), VaultError> {
    let resolved = resolve(dir)?;
    for other in others {
        let other = resolve(other)?;
        if resolved.starts_with(&other) {
            return Err(VaultError::InsideData { dir: resolved, data: other });
        }
    }
    Ok(())
}

pub(super) fn require_private_dir(dir: &Path) -> Result<(), VaultError> {
    let metadata = fs::symlink_metadata(dir).map_err(failed(dir))?;
    if !metadata.is_dir() {
        return Err(VaultError::NotPlain { path: dir.to_owned(), wanted: "directory" });
    }
    require_private(dir, &metadata, DIR_MODE)
}

/// Checks the metadata of the opened file, so that nobody can put another one there in between.
pub(super) fn require_private_file(path: &Path, metadata: &Metadata) -> Result<(), VaultError> {
    if !metadata.is_file() {
        return Err(VaultError::NotPlain { path: path.to_owned(), wanted: "file" });
    }
    require_private(path, metadata, FILE_MODE)
}

/// An error of the operating system, with its path.
pub(super) fn failed(path: &Path) -> impl FnOnce(io::Error) -> VaultError {
    let path = path.to_owned();
    move |source| VaultError::Io { path, source }
}

fn require_private(path: &Path, metadata: &Metadata, wanted: u32) -> Result<(), VaultError> {
    let user = rustix::process::geteuid().as_raw();
    if metadata.uid() != user {
        return Err(VaultError::Owner { path: path.to_owned(), found: metadata.uid(), wanted: user });
    }
    let found = metadata.mode() & 0o7777;
    if found == wanted { Ok(()) } else { Err(VaultError::Mode { path: path.to_owned(), found, wanted }) }
}

/// The path without links and dots. What does not exist yet is put behind the part that does.
fn resolve(path: &Path) -> Result<PathBuf, VaultError> {
    match path.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
                return Err(failed(path)(error));
            };
            // A path of one segment lies in the current directory.
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            Ok(resolve(parent)?.join(name))
        }
        result => result.map_err(failed(path)),
    }
}
