//! What [`crate::BlobStore`] asks for, said in the words of `object_store`. One container is one `ObjectStore`.

use std::ops::Range;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use object_store::{
    Error, ObjectMeta, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload, path::Path,
};
use sealpost_domain::{Timestamp, UploadId};

use crate::{BlobError, ObjectInfo, ObjectKey, key::upload_name};

pub(crate) async fn put(
    store: &dyn ObjectStore,
    key: &ObjectKey,
    pieces: Vec<Bytes>,
) -> Result<(), BlobError> {
    let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
    store.put_opts(&path(key), PutPayload::from_iter(pieces), options).await?;
    Ok(())
}

pub(crate) async fn get(
    store: &dyn ObjectStore,
    key: &ObjectKey,
    range: Range<u64>,
) -> Result<Bytes, BlobError> {
    // An empty range cannot be said in HTTP; that the object exists is still part of the answer.
    if range.is_empty() {
        store.head(&path(key)).await?;
        return Ok(Bytes::new());
    }
    match store.get_range(&path(key), range.clone()).await {
        Ok(bytes) if bytes.len() as u64 == range.end - range.start => Ok(bytes),
        // Stores clip a range that ends too late.
        Ok(_) => Err(BlobError::Truncated { wanted: range.end }),
        Err(error @ Error::NotFound { .. }) => Err(error.into()),
        // A range that begins too late is an error without a name of its own, so ask for the size.
        Err(error) => match store.head(&path(key)).await {
            Ok(meta) if meta.size < range.end => Err(BlobError::Truncated { wanted: range.end }),
            _ => Err(error.into()),
        },
    }
}

pub(crate) async fn delete(store: &dyn ObjectStore, key: &ObjectKey) -> Result<(), BlobError> {
    absent_is_fine(store.delete(&path(key)).await)
}

pub(crate) async fn delete_prefix(store: &dyn ObjectStore, upload: UploadId) -> Result<u64, BlobError> {
    let prefix = Path::from(upload_name(upload));
    let locations = store.list(Some(&prefix)).map_ok(|meta| meta.location).boxed();
    let mut results = store.delete_stream(locations);
    let mut count = 0;
    while let Some(result) = results.next().await {
        absent_is_fine(result.map(drop))?;
        count += 1;
    }
    Ok(count)
}

pub(crate) fn list(
    store: &dyn ObjectStore,
    upload: Option<UploadId>,
) -> BoxStream<'static, Result<ObjectInfo, BlobError>> {
    let prefix = upload.map(|upload| Path::from(upload_name(upload)));
    store.list(prefix.as_ref()).map_ok(info).map_err(BlobError::from).boxed()
}

fn info(meta: ObjectMeta) -> ObjectInfo {
    let raw = String::from(meta.location);
    ObjectInfo {
        key: raw.parse().ok(),
        raw,
        size: meta.size,
        modified: Timestamp::from_unix_millis(meta.last_modified.timestamp_millis()),
    }
}

fn path(key: &ObjectKey) -> Path {
    Path::from(key.to_string())
}

fn absent_is_fine(result: Result<(), Error>) -> Result<(), BlobError> {
    match result {
        Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

impl From<Error> for BlobError {
    fn from(error: Error) -> Self {
        match error {
            Error::AlreadyExists { .. } => Self::AlreadyExists,
            Error::NotFound { .. } => Self::NotFound,
            // Of a store in memory or behind HTTP, whatever has no other name is a failure of transport or server.
            Error::Generic { .. } => Self::unavailable(error),
            _ => Self::other(error),
        }
    }
}
