//! Stores whose containers have copies in others of them.
//!
//! What is stored goes to the container alone; copies are made afterwards, by a job that knows what is worth copying. What
//! is deleted goes from everywhere at once, or the call fails. Reads fall over to the replica when, and only when, the
//! container fails. `docs/adr/0024-copies.md` has the reasons.

mod circuit;

use std::{collections::BTreeMap, ops::Range, pin::pin, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{
    TryStreamExt as _,
    future::{self, Either},
    stream::BoxStream,
};
use sealpost_domain::{Clock, UploadId};

use crate::{
    BlobError, BlobStore, Container, Copy, ObjectInfo, ObjectKey, ObjectWriter, Role, StoreName, Stores,
};
use circuit::Circuits;

pub use circuit::{CircuitSettings, OpenCircuit};

/// The stores that have the copies of one store's containers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Targets {
    /// Where reads fall over to.
    pub replica: Option<StoreName>,
    /// The copy that is kept apart.
    pub offsite: Option<StoreName>,
}

/// Stores of which some have copies of others. Cloning is cheap, and clones know the same circuits.
///
/// - [`put`](BlobStore::put), [`writer`](BlobStore::writer) and [`delete`](BlobStore::delete) of one object are about the
///   container that is named, and no copy of it. Parts of an upload are replaced while it comes in, when no copy has them.
/// - [`delete_prefix`](BlobStore::delete_prefix), [`delete_prefixes`](BlobStore::delete_prefixes) and the making and deleting
///   of containers are about all copies. All are tried; if one fails, the call fails and says which.
///   Objects are counted in the container itself.
/// - [`get`](BlobStore::get) asks the replica when the container fails in a way that may pass, is gone altogether, as that of
///   a volume which is not mounted, or lets [`CircuitSettings::patience`] go by. After [`CircuitSettings::failures`] of them in
///   a row it asks the replica alone for a while. What a container that answers does not have is not there, whatever a
///   replica has. What a replica does not have yet is unavailable and not gone.
/// - [`list`](BlobStore::list) never falls over: whoever lists wants to know what is in that store.
#[derive(Debug, Clone)]
pub struct CopiedStore {
    stores: Stores,
    targets: Arc<BTreeMap<Option<StoreName>, Targets>>,
    circuits: Arc<Circuits>,
    settings: CircuitSettings,
    clock: Arc<dyn Clock>,
}

/// Some copies failed where the container itself did not.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
struct AtCopies(Vec<AtCopy>);

#[derive(Debug, thiserror::Error)]
#[error("{copy}: {error}")]
struct AtCopy {
    copy: Copy,
    error: BlobError,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum Away {
    #[error("no answer within {} s", .0.as_secs())]
    Slow(std::time::Duration),
    #[error("the container fails, and its replica does not have this yet")]
    NotCopied(#[source] BlobError),
}

impl CopiedStore {
    /// These stores, of which each has its copies in those that `targets` names for it; `None` is the default store.
    pub fn new(
        stores: Stores,
        targets: BTreeMap<Option<StoreName>, Targets>,
        settings: CircuitSettings,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let circuits = Arc::new(Circuits::new(settings));
        Self { stores, targets: Arc::new(targets), circuits, settings, clock }
    }

    /// The containers from which reads stay away now, in the order of their names.
    pub fn open_circuits(&self) -> Vec<OpenCircuit> {
        self.circuits.open()
    }

    /// Of each store that has a replica, the default one first: from how many of its containers reads stay away now.
    pub fn open_circuits_by_store(&self) -> Vec<(Option<StoreName>, u64)> {
        let open = self.circuits.open();
        let with_replica = self.targets.iter().filter(|(_, targets)| targets.replica.is_some());
        let counted = with_replica.map(|(store, _)| {
            let of_store = open.iter().filter(|circuit| circuit.container.store() == store.as_ref());
            (store.clone(), of_store.count() as u64)
        });
        counted.collect()
    }

    fn blobs(&self) -> &dyn BlobStore {
        &self.stores
    }

    fn replica(&self, container: &Container) -> Option<Container> {
        let store = self.targets.get(&container.store().cloned())?.replica.clone()?;
        Some(container.clone().in_store(Some(store)))
    }

    /// What the container says, and that it has failed or has not. The outer error is a failure.
    async fn ask(
        &self,
        container: &Container,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Result<Bytes, BlobError>, BlobError> {
        let failure = match self.blobs().get(container, key, range).await {
            Err(error) if error.is_transient() => error,
            Err(BlobError::NotFound) if self.is_gone(container, key.upload).await => BlobError::NotFound,
            answer => {
                self.circuits.answered(container);
                return Ok(answer);
            }
        };
        self.circuits.failed(container, self.clock.now(), &failure);
        Err(failure)
    }

    /// Whether there is no such container: somebody has deleted it, or its volume is not mounted.
    async fn is_gone(&self, container: &Container, upload: UploadId) -> bool {
        let listed = self.blobs().list(container, Some(upload)).try_next().await;
        matches!(listed, Err(BlobError::NotFound))
    }

    /// Does the same to the container and all copies at once, and waits for all of them.
    async fn everywhere<'a, T: Send>(
        &'a self,
        container: &Container,
        call: impl Fn(&'a dyn BlobStore, Container) -> future::BoxFuture<'a, Result<T, BlobError>>,
    ) -> Result<T, BlobError> {
        let copies = self.copies(container);
        let at_copies =
            future::join_all(copies.iter().map(|copy| call(self.blobs(), copy.container.clone())));
        let (here, at_copies) = future::join(call(self.blobs(), container.clone()), at_copies).await;
        let here = here?;
        let failed: Vec<_> = copies
            .into_iter()
            .zip(at_copies)
            .filter_map(|(copy, result)| Some(AtCopy { copy, error: result.err()? }))
            .collect();
        match failed.iter().all(|failed| matches!(failed.error, BlobError::Other(_))) {
            _ if failed.is_empty() => Ok(here),
            true => Err(BlobError::other(AtCopies(failed))),
            // A copy that is not there may be on a volume which is not mounted, and come back with what it has.
            false => Err(BlobError::unavailable(AtCopies(failed))),
        }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl BlobStore for CopiedStore {
    async fn create_container(&self, container: &Container) -> Result<(), BlobError> {
        self.everywhere(container, |stores, container| {
            Box::pin(async move { stores.create_container(&container).await })
        })
        .await
    }

    async fn delete_container(&self, container: &Container) -> Result<(), BlobError> {
        self.everywhere(container, |stores, container| {
            Box::pin(async move { stores.delete_container(&container).await })
        })
        .await?;
        self.circuits.forget(container);
        Ok(())
    }

    async fn put(&self, container: &Container, key: &ObjectKey, pieces: Vec<Bytes>) -> Result<(), BlobError> {
        self.blobs().put(container, key, pieces).await
    }

    fn writer<'a>(&'a self, container: &Container, key: &ObjectKey) -> Box<dyn ObjectWriter + 'a> {
        self.blobs().writer(container, key)
    }

    async fn get(
        &self,
        container: &Container,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Bytes, BlobError> {
        let Some(replica) = self.replica(container) else {
            return self.blobs().get(container, key, range).await;
        };
        if !self.circuits.lets_through(container, self.clock.now()) {
            let copy = self.blobs().get(&replica, key, range).await;
            return copy.map_err(|error| BlobError::unavailable(Away::NotCopied(error)));
        }
        let mut here = pin!(self.ask(container, key, range.clone()));
        match tokio::time::timeout(self.settings.patience, &mut here).await {
            Ok(Ok(answer)) => return answer,
            Ok(Err(failure)) => return self.blobs().get(&replica, key, range).await.map_err(|_| failure),
            Err(_elapsed) => {
                let slow = Away::Slow(self.settings.patience);
                self.circuits.failed(container, self.clock.now(), &slow);
            }
        }
        // It may still come: what is slow is better than what is not copied yet.
        let there = pin!(self.blobs().get(&replica, key, range));
        match future::select(here, there).await {
            Either::Left((Ok(answer), _)) => answer,
            Either::Left((Err(failure), there)) => there.await.map_err(|_| failure),
            Either::Right((Ok(bytes), _)) => Ok(bytes),
            Either::Right((Err(_), here)) => here.await.unwrap_or_else(Err),
        }
    }

    async fn delete(&self, container: &Container, key: &ObjectKey) -> Result<(), BlobError> {
        self.blobs().delete(container, key).await
    }

    async fn delete_prefix(&self, container: &Container, upload: UploadId) -> Result<u64, BlobError> {
        self.delete_prefixes(container, &[upload]).await
    }

    async fn delete_prefixes(&self, container: &Container, uploads: &[UploadId]) -> Result<u64, BlobError> {
        let uploads: Arc<[UploadId]> = uploads.into();
        self.everywhere(container, |stores, container| {
            let uploads = Arc::clone(&uploads);
            Box::pin(async move { stores.delete_prefixes(&container, &uploads).await })
        })
        .await
    }

    fn list(
        &self,
        container: &Container,
        upload: Option<UploadId>,
    ) -> BoxStream<'static, Result<ObjectInfo, BlobError>> {
        self.blobs().list(container, upload)
    }

    /// That of the default store, or of its replica if that fails: reads go on.
    async fn health(&self) -> Result<(), BlobError> {
        let Err(failure) = self.blobs().health().await else { return Ok(()) };
        let replica = self.targets.get(&None).and_then(|targets| targets.replica.as_ref());
        match replica.map(|name| self.stores.store(Some(name))) {
            Some(Ok(replica)) if failure.is_transient() => replica.health().await.map_err(|_| failure),
            _ => Err(failure),
        }
    }

    fn copies(&self, container: &Container) -> Vec<Copy> {
        let Some(targets) = self.targets.get(&container.store().cloned()) else { return Vec::new() };
        let copy = |role, store: &Option<StoreName>| {
            let container = container.clone().in_store(Some(store.clone()?));
            Some(Copy { role, container })
        };
        [copy(Role::Replica, &targets.replica), copy(Role::Offsite, &targets.offsite)]
            .into_iter()
            .flatten()
            .collect()
    }
}
