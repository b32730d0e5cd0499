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
    sync::{Arc, PoisonError, RwLock},
};

use async_trait::async_trait;
use sealpost_sealed::{Error, Random, RootContext, Zeroizing};
use tokio::task::spawn_blocking;

use crate::{KeyId, KeyVersion, MAX_SECRET_LENGTH, Vault, VaultError};
use key_file::{KeyFile, Version};

/// The first byte of everything that this vault wraps, so that another vault's wrappings are recognised as such.
const WRAPPED_LOCALLY: u8 = 1;

/// The root key in a directory of mode 0700, in files of mode 0600 that belong to the user as whom this runs.
///
/// Wrapped bytes are `0x01 || version as u32, big-endian || message` (the message as in
/// [`sealpost_sealed::message`]). The highest version wraps; every version unwraps. Versions that another process makes
/// (`sealpost keys rotate`) are found when something is wrapped, and when something was wrapped under them.
pub struct LocalVault {
    dir: PathBuf,
    keys: RwLock<Keys>,
    random: Arc<dyn Random>,
}

/// The versions of the root key, never none.
type Keys = BTreeMap<Version, Arc<KeyFile>>;

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
        let mut keys = Keys::new();
        for (version, path) in key_file::find(dir)? {
            keys.insert(version, Arc::new(key_file::read(&path, version)?));
        }
        if keys.is_empty() {
            return Err(VaultError::NoKey { dir: dir.to_owned() });
        }
        Ok(Self { dir: dir.to_owned(), keys: RwLock::new(keys), random })
    }

    fn current(&self) -> (Version, Arc<KeyFile>) {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let (version, file) = keys.last_key_value().expect("open() wants one, and the last is never retired");
        (*version, Arc::clone(file))
    }

    fn version(&self, version: Version) -> Option<Arc<KeyFile>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).get(&version).cloned()
    }

    /// Takes up versions that another process has made, and lets go of those that it has retired. What was read once is
    /// not read again: [`health`](Vault::health) says when it changed.
    async fn look_again(&self) -> Result<(), VaultError> {
        let dir = self.dir.clone();
        let known: Vec<_> =
            self.keys.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect();
        let (new, retired) = in_background(move || {
            let mut new = Vec::new();
            for (version, path) in key_file::find(&dir)? {
                if !known.contains(&version) {
                    new.push((version, Arc::new(key_file::read(&path, version)?)));
                }
            }
            let gone = |version: &Version| {
                key_file::retired_path(&dir, *version).exists() && !key_file::path(&dir, *version).exists()
            };
            Ok((new, known.into_iter().filter(gone).collect::<Vec<_>>()))
        })
        .await?;
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        keys.extend(new);
        let last = keys.keys().next_back().copied();
        keys.retain(|version, _| Some(*version) == last || !retired.contains(version));
        Ok(())
    }
}

/// Waits for the disk without holding up others.
async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    spawn_blocking(work).await.map_err(|error| VaultError::Unavailable(error.into()))?
}

#[async_trait]
impl Vault for LocalVault {
    async fn wrap(&self, context: &RootContext, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        if secret.len() > MAX_SECRET_LENGTH {
            return Err(VaultError::TooLong { length: secret.len() });
        }
        // Otherwise this process would go on with the old version for as long as it runs, and it could never be retired. If the
        // directory cannot be read, what is in memory goes on.
        let _ = self.look_again().await;
        let (version, file) = self.current();
        let mut wrapped = prefix(version);
        wrapped.extend_from_slice(&file.key.wrap(context, secret, &*self.random));
        Ok(wrapped)
    }

    async fn unwrap(&self, context: &RootContext, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (version, message) = split(wrapped).map_err(VaultError::Refused)?;
        let file = match self.version(version) {
            Some(file) => file,
            None => {
                self.look_again().await?;
                let unknown = || VaultError::UnknownKey { key: version.key_id(None) };
                self.version(version).ok_or_else(unknown)?
            }
        };
        file.key.unwrap(context, message).map_err(VaultError::Refused)
    }

    /// Reads the current key file again: a key that is lost while this runs is missed only after the next restart,
    /// when it is too late.
    async fn health(&self) -> Result<(), VaultError> {
        self.look_again().await?;
        let (version, known) = self.current();
        let dir = self.dir.clone();
        let file = in_background(move || {
            place::require_private_dir(&dir)?;
            key_file::read(&key_file::path(&dir, version), version)
        })
        .await?;
        if file.key == known.key {
            Ok(())
        } else {
            Err(VaultError::Damaged { path: key_file::path(&self.dir, version) })
        }
    }

    fn key_id(&self) -> KeyId {
        let (version, file) = self.current();
        version.key_id(Some(&file))
    }

    async fn versions(&self) -> Result<Vec<KeyVersion>, VaultError> {
        self.look_again().await?;
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let last = keys.keys().next_back();
        let versions = keys.iter().map(|(version, file)| KeyVersion {
            id: version.key_id(Some(file)),
            name: version.name(),
            is_current: Some(version) == last,
        });
        Ok(versions.collect())
    }

    /// A new file, which is durable before anything is wrapped by it.
    async fn rotate(&self) -> Result<KeyId, VaultError> {
        self.look_again().await?;
        let (dir, random) = (self.dir.clone(), Arc::clone(&self.random));
        let next = self.current().0.next().ok_or_else(|| {
            VaultError::Denied("the root key has as many versions as there can be".to_owned())
        })?;
        in_background(move || {
            place::require_private_dir(&dir)?;
            key_file::create(&dir, next, &*random)
        })
        .await?;
        self.look_again().await?;
        Ok(self.key_id())
    }

    /// Its file is called `root-key.vN.retired` from now on.
    async fn retire(&self, version: &KeyId) -> Result<(), VaultError> {
        let found = self.versions().await?.into_iter().find(|known| known.id == *version);
        let found = found.ok_or_else(|| VaultError::UnknownKey { key: version.clone() })?;
        if found.is_current {
            return Err(VaultError::Current { key: found.id });
        }
        let number = {
            let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
            keys.keys().copied().find(|version| version.name() == found.name)
        };
        let number = number.ok_or_else(|| VaultError::UnknownKey { key: version.clone() })?;
        let dir = self.dir.clone();
        in_background(move || key_file::retire(&dir, number)).await?;
        self.look_again().await
    }

    fn wrapped_under(&self, wrapped: &[u8]) -> Option<KeyId> {
        let (version, _) = split(wrapped).ok()?;
        Some(version.key_id(self.version(version).as_deref()))
    }

    fn current_prefix(&self) -> Vec<u8> {
        prefix(self.current().0)
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

/// What comes before the message.
fn prefix(version: Version) -> Vec<u8> {
    [&[WRAPPED_LOCALLY], &version.to_bytes()[..]].concat()
}

/// The version and the message of wrapped bytes.
fn split(wrapped: &[u8]) -> Result<(Version, &[u8]), Error> {
    let (&[vault, ref version @ ..], message) = wrapped.split_first_chunk::<5>().ok_or(Error::Length)?;
    match Version::from_bytes(*version) {
        Some(version) if vault == WRAPPED_LOCALLY => Ok((version, message)),
        _ => Err(Error::Commitment),
    }
}
