//! The blocking half of the local store.

use std::{
    collections::{BTreeMap, HashSet},
    fs::{self, DirBuilder, File, OpenOptions},
    io,
    ops::Range,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use rustix::{buffer::spare_capacity, fs::OFlags};
use sealpost_domain::UploadId;

use super::{
    durable::{Durable, Moment},
    found,
    names::{FILE_PREFIX, container_dir, file_name, file_prefix, shard},
    unfinished::Unfinished,
};
use crate::{BlobError, Container, ObjectKey};

/// How often an operation begins again when others keep making or removing directories under it.
const ATTEMPTS: usize = 16;

pub(super) struct Files {
    root: PathBuf,
    durable: Durable,
}

impl Files {
    pub(super) fn open(root: &Path) -> Result<Self, BlobError> {
        make_dir(root)?;
        let root = root.canonicalize()?;
        fs::read_dir(&root)?;
        if let Some(parent) = root.parent() {
            match sync_dir(parent) {
                // Then somebody else made the root, and long ago.
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
                result => result?,
            }
        }
        Ok(Self { root, durable: Durable::default() })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn health(&self) -> Result<(), BlobError> {
        // Not found here is no answer of the store but its absence: the volume is not mounted.
        fs::read_dir(&self.root).map(drop).map_err(BlobError::unavailable)
    }

    pub(super) fn create_container(&self, container: &Container) -> Result<(), BlobError> {
        make_dir(&container_dir(&self.root, container))?;
        Ok(sync_dir(&self.root)?)
    }

    pub(super) fn delete_container(&self, container: &Container) -> Result<(), BlobError> {
        remove_tree(&container_dir(&self.root, container))?;
        Ok(sync_dir(&self.root)?)
    }

    pub(super) fn put(
        &self,
        container: &Container,
        key: &ObjectKey,
        pieces: &[Bytes],
    ) -> Result<(), BlobError> {
        let mut unfinished = self.begin(container, key)?;
        unfinished.write(pieces)?;
        self.finish(unfinished)
    }

    /// Creates an object's file, to be written and then [finished](Self::finish).
    pub(super) fn begin(&self, container: &Container, key: &ObjectKey) -> Result<Unfinished, BlobError> {
        let shard = shard(key.upload);
        let shard_dir = container_dir(&self.root, container).join(&shard);
        let path = shard_dir.join(file_name(key));
        let (file, moment) = self.create(container, &shard, &shard_dir, &path)?;
        Ok(Unfinished { file, path, container: container.clone(), shard, moment, kept: false })
    }

    /// Brings the file, and every directory entry that leads to it, to the disk.
    pub(super) fn finish(&self, unfinished: Unfinished) -> Result<(), BlobError> {
        let Unfinished { container, shard, moment, .. } = &unfinished;
        let container_dir = container_dir(&self.root, container);
        unfinished.file.sync_all()?;
        sync_dir(&container_dir.join(shard))?;
        self.durable.ensure(container, shard, *moment, || sync_dir(&container_dir))?;
        unfinished.keep();
        Ok(())
    }

    /// Creates the object's file, and its shard if need be, unless it exists.
    fn create(
        &self,
        container: &Container,
        shard: &str,
        shard_dir: &Path,
        path: &Path,
    ) -> io::Result<(File, Moment)> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        for _ in 0..ATTEMPTS {
            let moment = self.durable.moment();
            if let Some(file) = found(options.open(path))? {
                return Ok((file, moment));
            }
            // If the container does not exist either, this says so.
            self.durable.make(container, shard, || make_dir(shard_dir))?;
        }
        Err(io::ErrorKind::ResourceBusy.into())
    }

    pub(super) fn get(
        &self,
        container: &Container,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Bytes, BlobError> {
        let path = self.shard_dir(container, key.upload).join(file_name(key));
        let file = OpenOptions::new().read(true).custom_flags(OFlags::NOFOLLOW.bits() as i32).open(path)?;
        if range.is_empty() {
            return Ok(Bytes::new());
        }
        // Before anything is allocated: the range may be nonsense.
        if file.metadata()?.len() < range.end {
            return Err(BlobError::Truncated { wanted: range.end });
        }
        read_range(&file, range)
    }

    pub(super) fn delete(&self, container: &Container, key: &ObjectKey) -> Result<(), BlobError> {
        let shard_dir = self.shard_dir(container, key.upload);
        if found(fs::remove_file(shard_dir.join(file_name(key))))?.is_none() {
            return self.require(container);
        }
        remove_if_empty(&shard_dir)?;
        Ok(())
    }

    /// Reads each shard once: uploads of the same minute, of which there may be many thousands, lie in the same one.
    pub(super) fn delete_prefixes(
        &self,
        container: &Container,
        uploads: &[UploadId],
    ) -> Result<u64, BlobError> {
        self.require(container)?;
        let mut shards: BTreeMap<PathBuf, HashSet<String>> = BTreeMap::new();
        for upload in uploads {
            shards.entry(self.shard_dir(container, *upload)).or_default().insert(file_prefix(*upload));
        }
        let mut count = 0;
        for (shard_dir, prefixes) in shards {
            count += self.delete_of_shard(container, &shard_dir, &prefixes)?;
        }
        Ok(count)
    }

    fn delete_of_shard(
        &self,
        container: &Container,
        shard_dir: &Path,
        prefixes: &HashSet<String>,
    ) -> io::Result<u64> {
        let Some(entries) = found(fs::read_dir(shard_dir))? else {
            return Ok(0);
        };
        let mut count = 0;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let prefix =
                name.as_encoded_bytes().get(..FILE_PREFIX).and_then(|prefix| str::from_utf8(prefix).ok());
            if prefix.is_some_and(|prefix| prefixes.contains(prefix)) {
                count += remove_tree(&entry.path())?;
            }
        }
        if remove_if_empty(shard_dir)? {
            sync_dir(&container_dir(&self.root, container))?;
        } else if count > 0 {
            found(sync_dir(shard_dir))?;
        }
        Ok(count)
    }

    /// [`BlobError::NotFound`] if there is no such container.
    pub(super) fn require(&self, container: &Container) -> Result<(), BlobError> {
        fs::metadata(container_dir(&self.root, container))?;
        Ok(())
    }

    pub(super) fn shard_dir(&self, container: &Container, upload: UploadId) -> PathBuf {
        container_dir(&self.root, container).join(shard(upload))
    }
}

/// Makes one directory unless it exists.
fn make_dir(path: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result,
    }
}

fn sync_dir(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Reads the range into memory of exactly its size, which is not zeroed first and which the `Bytes` alone owns.
fn read_range(file: &File, range: Range<u64>) -> Result<Bytes, BlobError> {
    let length = usize::try_from(range.end - range.start).map_err(BlobError::other)?;
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(length).map_err(BlobError::unavailable)?;
    while buffer.len() < length {
        let offset = range.start + buffer.len() as u64;
        match rustix::io::pread(file, spare_capacity(&mut buffer), offset) {
            Ok(0) => return Err(BlobError::Truncated { wanted: range.end }),
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(io::Error::from(error).into()),
        }
    }
    // The allocator may have given more room than was asked for, and the reads may have filled it.
    buffer.truncate(length);
    Ok(buffer.into())
}

/// Removes the directory if nothing is in it, and says whether it is gone.
fn remove_if_empty(dir: &Path) -> io::Result<bool> {
    match found(fs::remove_dir(dir)) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(false),
        result => result.map(|_| true),
    }
}

/// Removes whatever lies there and says how many files that were; none if there is nothing. Follows no symbolic link.
fn remove_tree(path: &Path) -> io::Result<u64> {
    let Some(metadata) = found(fs::symlink_metadata(path))? else {
        return Ok(0);
    };
    if !metadata.is_dir() {
        return Ok(found(fs::remove_file(path))?.map_or(0, |()| 1));
    }
    let mut count = 0;
    for _ in 0..ATTEMPTS {
        let Some(entries) = found(fs::read_dir(path))? else {
            return Ok(count);
        };
        for entry in entries {
            count += remove_tree(&entry?.path())?;
        }
        // If not, somebody stored another object meanwhile.
        if remove_if_empty(path)? {
            return Ok(count);
        }
    }
    Err(io::ErrorKind::ResourceBusy.into())
}
