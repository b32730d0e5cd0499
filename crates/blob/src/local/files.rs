//! The blocking half of the local store.

use std::{
    collections::HashSet,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, IoSlice, Write as _},
    ops::Range,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use rustix::{buffer::spare_capacity, fs::OFlags};
use sealpost_domain::UploadId;

use super::{container_dir, found};
use crate::{BlobError, Container, ObjectKey, key::upload_name};

/// How often an operation begins again when others keep making or removing directories under it.
const ATTEMPTS: usize = 16;

/// How many upload directories are remembered as durable. Forgetting one costs a needless fsync, no more.
const REMEMBERED: usize = 4096;

pub(super) struct Files {
    root: PathBuf,
    /// Upload directories whose entry in their container is known to be on the disk. That a directory exists does not
    /// say so: the one who made it may not have come to its fsync yet, or may have been killed before.
    durable: Mutex<HashSet<(Container, UploadId)>>,
}

impl Files {
    pub(super) fn open(root: &Path) -> Result<Self, BlobError> {
        make_dir(root)?;
        let root = root.canonicalize()?;
        if let Some(parent) = root.parent() {
            sync_dir(parent)?;
        }
        Ok(Self {
            root,
            durable: Mutex::default(),
        })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn health(&self) -> Result<(), BlobError> {
        if fs::metadata(&self.root)?.is_dir() {
            Ok(())
        } else {
            Err(BlobError::NotFound)
        }
    }

    pub(super) fn create_container(&self, container: &Container) -> Result<(), BlobError> {
        make_dir(&container_dir(&self.root, container))?;
        Ok(sync_dir(&self.root)?)
    }

    pub(super) fn delete_container(&self, container: &Container) -> Result<(), BlobError> {
        self.durable().retain(|(other, _)| other != container);
        remove_tree(&container_dir(&self.root, container))?;
        Ok(sync_dir(&self.root)?)
    }

    pub(super) fn put(
        &self,
        container: &Container,
        key: &ObjectKey,
        pieces: &[Bytes],
    ) -> Result<(), BlobError> {
        let container_dir = container_dir(&self.root, container);
        let upload_dir = container_dir.join(upload_name(key.upload));
        let path = upload_dir.join(key.file_name());

        let mut file = create(&upload_dir, &path)?;
        let stored = write_all(&mut file, pieces)
            .and_then(|()| file.sync_all())
            .and_then(|()| sync_dir(&upload_dir))
            .and_then(|()| self.sync_upload_entry(&container_dir, container, key.upload));
        if let Err(error) = stored {
            // Nobody reads it, and a full disk wants its room back now. If this fails too, the reconciler finds it.
            let _ = fs::remove_file(&path);
            return Err(error.into());
        }
        Ok(())
    }

    pub(super) fn get(
        &self,
        container: &Container,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Bytes, BlobError> {
        let path = self.upload_dir(container, key.upload).join(key.file_name());
        let file = OpenOptions::new()
            .read(true)
            .custom_flags(OFlags::NOFOLLOW.bits() as i32)
            .open(path)?;
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
        let path = self.upload_dir(container, key.upload).join(key.file_name());
        match found(fs::remove_file(path))? {
            Some(()) => Ok(()),
            None => self.require(container),
        }
    }

    pub(super) fn delete_prefix(&self, container: &Container, upload: UploadId) -> Result<u64, BlobError> {
        self.require(container)?;
        self.durable().remove(&(container.clone(), upload));
        let count = remove_tree(&self.upload_dir(container, upload))?;
        sync_dir(&container_dir(&self.root, container))?;
        Ok(count)
    }

    /// [`BlobError::NotFound`] if there is no such container.
    pub(super) fn require(&self, container: &Container) -> Result<(), BlobError> {
        fs::metadata(container_dir(&self.root, container))?;
        Ok(())
    }

    pub(super) fn upload_dir(&self, container: &Container, upload: UploadId) -> PathBuf {
        container_dir(&self.root, container).join(upload_name(upload))
    }

    /// Makes sure that the upload's directory will be found in its container after a loss of power.
    fn sync_upload_entry(
        &self,
        container_dir: &Path,
        container: &Container,
        upload: UploadId,
    ) -> io::Result<()> {
        let entry = (container.clone(), upload);
        if self.durable().contains(&entry) {
            return Ok(());
        }
        sync_dir(container_dir)?;
        let mut durable = self.durable();
        if durable.len() >= REMEMBERED {
            durable.clear();
        }
        durable.insert(entry);
        Ok(())
    }

    fn durable(&self) -> MutexGuard<'_, HashSet<(Container, UploadId)>> {
        // A set cannot be left half changed by a panic between two of its operations.
        self.durable.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Creates the file, and its directory if need be, unless it exists.
fn create(dir: &Path, path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    for _ in 0..ATTEMPTS {
        if let Some(file) = found(options.open(path))? {
            return Ok(file);
        }
        // If the container does not exist either, this says so.
        make_dir(dir)?;
    }
    Err(io::ErrorKind::ResourceBusy.into())
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

fn write_all(file: &mut File, pieces: &[Bytes]) -> io::Result<()> {
    let mut slices: Vec<_> = pieces.iter().map(|piece| IoSlice::new(piece)).collect();
    let mut rest = &mut slices[..];
    // Empty pieces at the front would look like a write that made no progress.
    IoSlice::advance_slices(&mut rest, 0);
    while !rest.is_empty() {
        match file.write_vectored(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut rest, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
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
        match found(fs::remove_dir(path)) {
            // Somebody stored another object meanwhile.
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
            result => return result.map(|_| count),
        }
    }
    Err(io::ErrorKind::ResourceBusy.into())
}
