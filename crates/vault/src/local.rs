//! The root key in files of the local disk: `<directory>/root-key.v1`, and further versions beside it.

mod key_file;
mod place;

use std::{
    collections::BTreeMap,
    fmt,
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use sealpost_sealed::{Error, Random, RootContext, Zeroizing};
use tokio::task::spawn_blocking;

use crate::{KeyId, MAX_SECRET_LENGTH, Vault, VaultError};
use key_file::{KeyFile, Version};

/// The first byte of everything that this vault wraps, so that another vault's wrappings are recognised as such.
const WRAPPED_LOCALLY: u8 = 1;

/// The root key in a directory of mode 0700, in files of mode 0600 that belong to the user as whom this runs.
///
/// Wrapped bytes are `0x01 || version as u32, big-endian || message` (the message as in
/// [`sealpost_sealed::message`]). The highest version wraps; every version unwraps.
pub struct LocalVault {
    dir: PathBuf,
    keys: BTreeMap<Version, KeyFile>,
    current: Version,
    random: Arc<dyn Random>,
}

impl LocalVault {
    /// Creates version 1 of the root key in `dir`, and `dir` itself if need be; for the first run only.
    ///
    /// `apart_from` are the directories of data, within which `dir` must not lie. Blocks on the disk, and returns
    /// when the key is durable.
    ///
    /// # Errors
    ///
    /// [`VaultError::AlreadyExists`] if there is any key in `dir`, else as [`open`](Self::open).
    pub fn create(dir: &Path, apart_from: &[&Path], random: Arc<dyn Random>) -> Result<Self, VaultError> {
        place::require_apart(dir, apart_from)?;
        match DirBuilder::new().mode(0o700).create(dir) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            result => result.map_err(place::failed(dir))?,
        }
        place::require_private_dir(dir)?;
        if let Some((_, path)) = key_file::find(dir)?.into_iter().next() {
            return Err(VaultError::AlreadyExists { path });
        }
        key_file::create(dir, Version::FIRST, &*random)?;
        Self::open(dir, apart_from, random)
    }

    /// The vault in `dir`. Blocks on the disk.
    ///
    /// # Errors
    ///
    /// [`VaultError::NoKey`] if there is none; [`VaultError::Mode`], [`VaultError::Owner`], [`VaultError::NotPlain`]
    /// and [`VaultError::InsideData`] if the key does not lie safely; [`VaultError::Damaged`]; [`VaultError::Io`].
    pub fn open(dir: &Path, apart_from: &[&Path], random: Arc<dyn Random>) -> Result<Self, VaultError> {
        place::require_apart(dir, apart_from)?;
        if fs::symlink_metadata(dir).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            return Err(VaultError::NoKey { dir: dir.to_owned() });
        }
        place::require_private_dir(dir)?;
        let mut keys = BTreeMap::new();
        for (version, path) in key_file::find(dir)? {
            keys.insert(version, key_file::read(&path, version)?);
        }
        let Some(current) = keys.keys().next_back().copied() else {
            return Err(VaultError::NoKey { dir: dir.to_owned() });
        };
        Ok(Self { dir: dir.to_owned(), keys, current, random })
    }

    fn current(&self) -> &KeyFile {
        self.keys.get(&self.current).expect("open() takes the current version from the keys")
    }
}

#[async_trait]
impl Vault for LocalVault {
    async fn wrap(&self, context: &RootContext, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        if secret.len() > MAX_SECRET_LENGTH {
            return Err(VaultError::TooLong { length: secret.len() });
        }
        let mut wrapped = vec![WRAPPED_LOCALLY];
        wrapped.extend_from_slice(&self.current.to_bytes());
        wrapped.extend_from_slice(&self.current().key.wrap(context, secret, &*self.random));
        Ok(wrapped)
    }

    async fn unwrap(&self, context: &RootContext, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (version, message) = split(wrapped).map_err(VaultError::Refused)?;
        let file =
            self.keys.get(&version).ok_or_else(|| VaultError::UnknownKey { key: version.key_id(None) })?;
        file.key.unwrap(context, message).map_err(VaultError::Refused)
    }

    /// Reads the current key file again: a key that is lost while this runs is missed only after the next restart,
    /// when it is too late.
    async fn health(&self) -> Result<(), VaultError> {
        let (dir, version) = (self.dir.clone(), self.current);
        let check = spawn_blocking(move || {
            place::require_private_dir(&dir)?;
            key_file::read(&key_file::path(&dir, version), version)
        });
        let file = check.await.map_err(|error| VaultError::Unavailable(error.into()))??;
        if file.key == self.current().key {
            Ok(())
        } else {
            Err(VaultError::Damaged { path: key_file::path(&self.dir, version) })
        }
    }

    fn key_id(&self) -> KeyId {
        self.current.key_id(Some(self.current()))
    }

    fn kind(&self) -> &'static str {
        "local"
    }
}

impl fmt::Debug for LocalVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalVault")
            .field("dir", &self.dir)
            .field("key", &self.key_id())
            .finish_non_exhaustive()
    }
}

/// The version and the message of wrapped bytes.
fn split(wrapped: &[u8]) -> Result<(Version, &[u8]), Error> {
    let (&[vault, ref version @ ..], message) = wrapped.split_first_chunk::<5>().ok_or(Error::Length)?;
    match Version::from_bytes(*version) {
        Some(version) if vault == WRAPPED_LOCALLY => Ok((version, message)),
        _ => Err(Error::Commitment),
    }
}
