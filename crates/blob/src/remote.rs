//! Containers in a cloud: Azure Blob Storage, S3, and what speaks their languages; over `object_store`.
//!
//! `docs/adr/0023-object-stores.md` says what was weighed.
//!
//! # What a put means
//! Both clouds store an object whole or not at all: a body that ends before its announced length stores nothing. Where a
//! try fails in a way that may pass, the next one has the same key. If it then hears that the key is taken, the first
//! try was carried out and its answer lost, or somebody else was first; so the object is read back and compared, and only
//! the very bytes count as stored.
//!
//! # Memory
//! A put keeps the pieces that it was given, as they are, until it ends; a get makes one buffer of the range's length. An
//! object is put in one request: parts have 8 MiB as a rule and 64 at most, and multipart uploads would need three
//! requests and more, and leave pieces behind that no listing shows.

mod azure;
mod cloud;
mod listing;
mod options;
mod patience;
mod place;
mod refused;
mod s3;
mod transport;

use std::{collections::hash_map::DefaultHasher, fmt, hash::Hasher as _, ops::Range, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{
    StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};
use object_store::{ObjectStoreExt as _, PutMode, PutOptions, PutPayload, path::Path};
use sealpost_domain::{TenantId, Timestamp, UploadId};

pub use options::{AzureLogin, AzureOptions, Hidden, Layout, S3Instance, S3Login, S3Options};
pub use patience::Patience;

use crate::{BlobError, BlobStore, Container, ObjectInfo, ObjectKey};
use azure::Azure;
use cloud::{Cloud, Objects};
use place::Place;
use refused::{Refused, is_unreadable, meaning, refusal};
use s3::S3;

/// How many uploads are listed and deleted at the same time.
const UPLOADS_AT_ONCE: usize = 8;
/// How often a bucket that fills up while it is emptied is emptied again.
const EMPTYINGS: u32 = 3;
/// The longest range that clouds understand.
const FARTHEST: u64 = i64::MAX as u64;

/// A store in a cloud. Cloning is cheap; clones share connections and credentials.
#[derive(Clone)]
pub struct RemoteStore {
    cloud: Arc<dyn Cloud>,
    layout: Layout,
    patience: Patience,
}

impl RemoteStore {
    /// A store in an Azure storage account. Asks nobody yet.
    ///
    /// # Errors
    /// [`BlobError::Other`] for a key or signature that cannot be one.
    pub fn azure(options: &AzureOptions) -> Result<Self, BlobError> {
        let cloud = Arc::new(Azure::new(options).map_err(BlobError::other)?);
        Ok(Self { cloud, layout: options.layout.clone(), patience: options.patience })
    }

    /// A store in S3. Asks nobody yet.
    ///
    /// # Errors
    /// [`BlobError::Other`] for settings that cannot be used.
    pub fn s3(options: &S3Options) -> Result<Self, BlobError> {
        let cloud = Arc::new(S3::new(options).map_err(BlobError::other)?);
        Ok(Self { cloud, layout: options.layout.clone(), patience: options.patience })
    }

    /// What keeps a copy of what is deleted in this container, in words for the operator: settings under which nothing that
    /// Sealpost deletes is gone. Empty if the cloud tells of none; it does not tell of all.
    ///
    /// # Errors
    /// The cloud's, also where it does not let the service ask.
    pub async fn keeps_deleted(&self, container: &Container) -> Result<Vec<String>, BlobError> {
        let place = self.place(container)?;
        self.patience.tries(0, seed(&place.bucket), |_| self.cloud.keeps_deleted(&place.bucket)).await
    }

    /// How many seconds the cloud's clock was ahead of this machine's when it answered last, to the second and as long as a
    /// request takes; `None` if it has not answered yet. Beyond 15 minutes it refuses everything.
    pub fn clock_ahead(&self) -> Option<i64> {
        self.cloud.clock_ahead()
    }

    fn place(&self, container: &Container) -> Result<Place, BlobError> {
        Place::of(container, &self.layout)
    }

    /// What an error of the cloud means for a container in this place.
    fn meaning(place: &Place, error: object_store::Error) -> BlobError {
        let no_bucket = ["NoSuchBucket", "ContainerNotFound", "ContainerBeingDeleted"];
        match refusal(&error).map(Refused::code) {
            Some(code) if place.is_shared() && no_bucket.contains(&code) => {
                BlobError::other(NoBucket(place.bucket.clone()))
            }
            _ => meaning(error),
        }
    }

    /// Whether the tenant's container is there, where it is a bucket's part.
    async fn has_marker(&self, place: &Place) -> Result<bool, BlobError> {
        let objects = self.cloud.objects(&place.bucket)?;
        let marker = place.marker();
        let found = self.patience.tries(0, seed(&marker), |_| async {
            objects.head(&marker).await.map_err(|error| Self::meaning(place, error))
        });
        match found.await {
            Ok(_) => Ok(true),
            Err(BlobError::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Refuses where a shared bucket has no such container. Where it has a bucket of its own, the cloud does that.
    async fn must_exist(&self, place: &Place) -> Result<(), BlobError> {
        if place.is_shared() && !self.has_marker(place).await? { Err(BlobError::NotFound) } else { Ok(()) }
    }

    /// Deletes these objects; what is not there is fine.
    async fn remove(&self, place: &Place, names: &[Path]) -> Result<(), BlobError> {
        match self.cloud.remove(&place.bucket, names).await {
            Err(BlobError::NotFound) if place.is_shared() => {
                Err(BlobError::other(NoBucket(place.bucket.clone())))
            }
            removed => removed,
        }
    }

    /// Deletes all objects whose names begin with `start`, and says how many there were.
    async fn delete_start(&self, place: &Place, start: &str) -> Result<u64, BlobError> {
        let objects = self.cloud.objects(&place.bucket)?;
        let mut count = 0;
        loop {
            // Always the first page: the one before it is gone.
            let page =
                self.patience.tries(0, seed(start), |_| listing::page(place, &*objects, start, None)).await?;
            let names: Vec<Path> = page.objects.into_iter().map(|meta| meta.location).collect();
            if names.is_empty() {
                return Ok(count);
            }
            self.remove(place, &names).await?;
            count += names.len() as u64;
        }
    }

    /// One try to store an object; `failed` tries before it may have stored it.
    async fn try_put(
        &self,
        place: &Place,
        path: &Path,
        payload: &PutPayload,
        failed: u32,
    ) -> Result<(), BlobError> {
        let objects = self.cloud.objects(&place.bucket)?;
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        let put = objects.put_opts(path, payload.clone(), options).await;
        match put.map_err(|error| Self::meaning(place, error)) {
            Ok(_) => Ok(()),
            Err(BlobError::AlreadyExists) if failed > 0 => {
                match holds(place, &*objects, path, payload).await {
                    Ok(true) => Ok(()),
                    Ok(false) => Err(BlobError::AlreadyExists),
                    // The write that was said to be under way has not been carried out.
                    Err(BlobError::NotFound) => {
                        Err(BlobError::unavailable("the object is not there after all"))
                    }
                    Err(error) => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    async fn try_get(&self, place: &Place, path: &Path, range: &Range<u64>) -> Result<Bytes, BlobError> {
        let objects = self.cloud.objects(&place.bucket)?;
        let truncated = || BlobError::Truncated { wanted: range.end };
        let asked = range.start..range.end.min(FARTHEST);
        // An empty range cannot be said in HTTP; that the object exists is still part of the answer.
        if asked.is_empty() {
            let meta = objects.head(path).await.map_err(|error| Self::meaning(place, error))?;
            return if range.is_empty() || meta.size >= range.end {
                Ok(Bytes::new())
            } else {
                Err(truncated())
            };
        }
        match objects.get_range(path, asked).await {
            Ok(bytes) if bytes.len() as u64 == range.end - range.start => Ok(bytes),
            // Clouds clip a range that ends too late, and refuse one that begins too late.
            Ok(_) => Err(truncated()),
            Err(error) if refusal(&error).map(Refused::status) == Some(416) => Err(truncated()),
            // Some do neither where the range begins at the end, and their answer makes no sense.
            Err(error) if is_unreadable(&error) => {
                let meta = objects.head(path).await.map_err(|error| Self::meaning(place, error))?;
                Err(if meta.size < range.end { truncated() } else { meaning(error) })
            }
            Err(error) => Err(Self::meaning(place, error)),
        }
    }
}

impl fmt::Debug for RemoteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteStore").field("layout", &self.layout).finish_non_exhaustive()
    }
}

#[async_trait]
impl BlobStore for RemoteStore {
    async fn create_container(&self, container: &Container) -> Result<(), BlobError> {
        let place = self.place(container)?;
        if !place.is_shared() {
            return self.patience.tries(0, seed(&place.bucket), |_| self.cloud.create(&place.bucket)).await;
        }
        let objects = self.cloud.objects(&place.bucket)?;
        let marker = place.marker();
        self.patience
            .tries(0, seed(&marker), |_| async {
                let put = objects.put(&marker, PutPayload::new()).await;
                put.map(drop).map_err(|error| Self::meaning(&place, error))
            })
            .await
    }

    async fn delete_container(&self, container: &Container) -> Result<(), BlobError> {
        let place = self.place(container)?;
        if place.is_shared() {
            // First what stands for it: whoever stores something from now on finds that out and takes it back, and what was
            // stored before is listed below.
            self.remove(&place, &[place.marker()]).await?;
            return self.delete_start(&place, &place.start(None)).await.map(drop);
        }
        for _ in 0..EMPTYINGS {
            if !self.cloud.deletes_full() {
                match self.delete_start(&place, "").await {
                    Err(BlobError::NotFound) => return Ok(()),
                    emptied => emptied?,
                };
            }
            let deleted =
                self.patience.tries(0, seed(&place.bucket), |_| self.cloud.delete(&place.bucket)).await;
            match deleted {
                Err(BlobError::NotFound) => return Ok(()),
                Err(error) if refusal(&error).map(Refused::code) == Some("BucketNotEmpty") => {}
                deleted => return deleted,
            }
        }
        Err(BlobError::other(NeverEmpty(place.bucket)))
    }

    async fn put(&self, container: &Container, key: &ObjectKey, pieces: Vec<Bytes>) -> Result<(), BlobError> {
        let place = self.place(container)?;
        let (path, payload) = (place.path(key), PutPayload::from_iter(pieces));
        let length = payload.content_length() as u64;
        self.patience
            .tries(length, seed(key), |failed| self.try_put(&place, &path, &payload, failed))
            .await?;
        // Only now: see `delete_container`.
        if place.is_shared() && !self.has_marker(&place).await? {
            self.remove(&place, &[path]).await?;
            return Err(BlobError::NotFound);
        }
        Ok(())
    }

    async fn get(
        &self,
        container: &Container,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Bytes, BlobError> {
        let place = self.place(container)?;
        let path = place.path(key);
        let length = range.end.saturating_sub(range.start).min(64 << 20);
        self.patience.tries(length, seed(key), |_| self.try_get(&place, &path, &range)).await
    }

    async fn delete(&self, container: &Container, key: &ObjectKey) -> Result<(), BlobError> {
        let place = self.place(container)?;
        self.must_exist(&place).await?;
        self.remove(&place, &[place.path(key)]).await
    }

    async fn delete_prefix(&self, container: &Container, upload: UploadId) -> Result<u64, BlobError> {
        self.delete_prefixes(container, &[upload]).await
    }

    async fn delete_prefixes(&self, container: &Container, uploads: &[UploadId]) -> Result<u64, BlobError> {
        let place = &self.place(container)?;
        self.must_exist(place).await?;
        let mut uploads = uploads.to_vec();
        uploads.sort_unstable();
        uploads.dedup();
        let counts = uploads
            .into_iter()
            .map(|upload| async move { self.delete_start(place, &place.start(Some(upload))).await });
        stream::iter(counts)
            .buffer_unordered(UPLOADS_AT_ONCE)
            .try_fold(0, async |sum, count| Ok(sum + count))
            .await
    }

    fn list(
        &self,
        container: &Container,
        upload: Option<UploadId>,
    ) -> BoxStream<'static, Result<ObjectInfo, BlobError>> {
        listing::list(self.clone(), container.clone(), upload)
    }

    /// One request that needs no container: whether the cloud is there and takes the credentials.
    async fn health(&self) -> Result<(), BlobError> {
        // Nobody has this tenant's container, so that its absence is the answer of a store that works.
        let nobody = Container::of_tenant(TenantId::new(Timestamp::from_unix_millis(0), [0; 10]));
        let place = self.place(&nobody)?;
        let there = self.patience.once(0, self.cloud.exists(&place.bucket)).await?;
        if place.is_shared() && !there { Err(BlobError::other(NoBucket(place.bucket))) } else { Ok(()) }
    }
}

/// Whether the object is these very bytes.
async fn holds(
    place: &Place,
    objects: &dyn Objects,
    path: &Path,
    payload: &PutPayload,
) -> Result<bool, BlobError> {
    let found = objects.get(path).await.map_err(|error| RemoteStore::meaning(place, error))?;
    if found.meta.size != payload.content_length() as u64 {
        return Ok(false);
    }
    let mut expected = payload.iter().flat_map(|piece| piece.iter());
    let mut stream = found.into_stream();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|error| RemoteStore::meaning(place, error))?;
        if !piece.iter().eq(expected.by_ref().take(piece.len())) {
            return Ok(false);
        }
    }
    Ok(expected.next().is_none())
}

/// What pauses are spread by.
fn seed(of: &(impl std::hash::Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// The container or bucket that all tenants share is not there.
#[derive(Debug, thiserror::Error)]
#[error("there is no container or bucket `{0}`; it is made by hand, before the first start")]
struct NoBucket(String);

/// A bucket that cannot be removed.
#[derive(Debug, thiserror::Error)]
#[error(
    "the bucket `{0}` is not empty after everything in it was deleted: it keeps old versions, or somebody else stores things in it"
)]
struct NeverEmpty(String);
