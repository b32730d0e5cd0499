//! Listing a directory tree a batch at a time, so that a container of millions of objects needs little memory.

use std::{
    fs::{self, DirEntry, Metadata, ReadDir},
    io,
    time::UNIX_EPOCH,
};

use futures_util::{StreamExt as _, TryStreamExt as _, stream, stream::BoxStream};
use sealpost_domain::{Timestamp, UploadId};

use super::{LocalStore, container_dir, found};
use crate::{BlobError, Container, ObjectInfo, key::upload_name};

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
    /// The directories that are being read, outermost first, each with its objects' name prefix.
    Within(Vec<(ReadDir, String)>),
}

impl Walk {
    /// The next batch and the rest of the walk, or `None` at its end.
    fn step(self, files: &super::Files) -> Result<Option<(Vec<ObjectInfo>, Self)>, BlobError> {
        let mut stack = match self {
            Self::Start(container, upload) => begin(files, &container, upload)?,
            Self::Within(stack) => stack,
        };
        let mut batch = Vec::new();
        while batch.len() < BATCH
            && let Some((entries, prefix)) = stack.last_mut()
        {
            match entries.next().transpose()? {
                None => {
                    stack.pop();
                }
                Some(entry) => {
                    let raw = format!("{prefix}{}", entry.file_name().to_string_lossy());
                    visit(&entry, raw, &mut batch, &mut stack)?;
                }
            }
        }
        Ok(if batch.is_empty() {
            None
        } else {
            Some((batch, Self::Within(stack)))
        })
    }
}

fn begin(
    files: &super::Files,
    container: &Container,
    upload: Option<UploadId>,
) -> Result<Vec<(ReadDir, String)>, BlobError> {
    files.require(container)?;
    let (dir, prefix) = match upload {
        None => (container_dir(files.root(), container), String::new()),
        Some(upload) => (
            files.upload_dir(container, upload),
            format!("{}/", upload_name(upload)),
        ),
    };
    Ok(found(fs::read_dir(dir))?
        .map(|entries| (entries, prefix))
        .into_iter()
        .collect())
}

fn visit(
    entry: &DirEntry,
    raw: String,
    batch: &mut Vec<ObjectInfo>,
    stack: &mut Vec<(ReadDir, String)>,
) -> io::Result<()> {
    // Of the link, not of what it points to. What is gone meanwhile is not listed.
    let Some(metadata) = found(entry.metadata())? else {
        return Ok(());
    };
    if metadata.is_dir() {
        stack.extend(found(fs::read_dir(entry.path()))?.map(|entries| (entries, format!("{raw}/"))));
    } else {
        let modified = modified(&metadata)?;
        batch.push(ObjectInfo {
            key: raw.parse().ok(),
            raw,
            size: metadata.len(),
            modified,
        });
    }
    Ok(())
}

fn modified(metadata: &Metadata) -> io::Result<Timestamp> {
    // A file time before 1970 is nonsense; calling it 1970 makes the object look old, as it would be.
    let since_1970 = metadata
        .modified()?
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Ok(Timestamp::from_unix_millis(
        i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX),
    ))
}
