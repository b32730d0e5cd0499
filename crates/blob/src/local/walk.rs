//! Listing a directory tree a batch at a time, so that a container of millions of objects needs little memory.

use std::{
    fs::{self, DirEntry, Metadata, ReadDir},
    io,
    time::UNIX_EPOCH,
};

use futures_util::{StreamExt as _, TryStreamExt as _, stream, stream::BoxStream};
use sealpost_domain::{Timestamp, UploadId};

use super::{
    LocalStore,
    files::Files,
    found,
    names::{container_dir, file_prefix, parse, shard},
};
use crate::{BlobError, Container, ObjectInfo};

/// Objects per trip to the blocking threads.
const BATCH: usize = 512;

pub(super) fn list(
    store: LocalStore,
    container: Container,
    upload: Option<UploadId>,
) -> BoxStream<'static, Result<ObjectInfo, BlobError>> {
    stream::try_unfold(Walk::Start(container, upload), move |walk| {
        let store = store.clone();
        async move { store.blocking(move |files| walk.step(files)).await }
    })
    .map_ok(|batch| stream::iter(batch).map(Ok))
    .try_flatten()
    .boxed()
}

enum Walk {
    Start(Container, Option<UploadId>),
    Within(Place),
}

/// A place in the walk.
struct Place {
    /// The directories that are being read, outermost first, each with the path of what is in it.
    stack: Vec<(ReadDir, String)>,
    /// Only what has this path prefix is listed.
    filter: String,
}

impl Walk {
    /// The next batch and the rest of the walk, or `None` at its end.
    fn step(self, files: &Files) -> Result<Option<(Vec<ObjectInfo>, Self)>, BlobError> {
        let mut place = match self {
            Self::Start(container, upload) => Place::start(files, &container, upload)?,
            Self::Within(place) => place,
        };
        let mut batch = Vec::new();
        while batch.len() < BATCH
            && let Some((entries, path)) = place.stack.last_mut()
        {
            match entries.next().transpose()? {
                None => {
                    place.stack.pop();
                }
                Some(entry) => {
                    let raw = format!("{path}{}", entry.file_name().to_string_lossy());
                    batch.extend(place.visit(&entry, raw)?);
                }
            }
        }
        Ok(if batch.is_empty() { None } else { Some((batch, Self::Within(place))) })
    }
}

impl Place {
    fn start(files: &Files, container: &Container, upload: Option<UploadId>) -> Result<Self, BlobError> {
        files.require(container)?;
        let (dir, path, filter) = match upload {
            None => (container_dir(files.root(), container), String::new(), String::new()),
            Some(upload) => {
                let path = shard(upload) + "/";
                let filter = format!("{path}{}", file_prefix(upload));
                (files.shard_dir(container, upload), path, filter)
            }
        };
        let stack = found(fs::read_dir(dir))?.map(|entries| (entries, path)).into_iter().collect();
        Ok(Self { stack, filter })
    }

    /// The object that the entry is, if it is one; a directory comes next in the walk.
    fn visit(&mut self, entry: &DirEntry, raw: String) -> io::Result<Option<ObjectInfo>> {
        if !raw.starts_with(&self.filter) {
            return Ok(None);
        }
        // Of the link, not of what it points to. What is gone meanwhile is not listed.
        let Some(metadata) = found(entry.metadata())? else {
            return Ok(None);
        };
        if metadata.is_dir() {
            self.stack.extend(found(fs::read_dir(entry.path()))?.map(|entries| (entries, raw + "/")));
            return Ok(None);
        }
        let modified = modified(&metadata)?;
        Ok(Some(ObjectInfo { key: parse(&raw), raw, size: metadata.len(), modified }))
    }
}

fn modified(metadata: &Metadata) -> io::Result<Timestamp> {
    // A file time before 1970 is nonsense; calling it 1970 makes the object look old, as it would be.
    let since_1970 = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(Timestamp::from_unix_millis(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)))
}
