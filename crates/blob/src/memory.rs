//! Containers in memory: for tests, demonstrations and benches. Nothing outlives the process.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt as _, future, stream, stream::BoxStream};
use object_store::memory::InMemory;
use sealpost_domain::UploadId;

use crate::{BlobError, BlobStore, Container, ObjectInfo, ObjectKey, object};

/// A store in memory. Clones share what is stored.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    containers: Arc<Mutex<HashMap<String, Arc<InMemory>>>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn containers(&self) -> MutexGuard<'_, HashMap<String, Arc<InMemory>>> {
        // The map is whole after every statement below, so a panic elsewhere cannot have left it half done.
        self.containers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn container(&self, container: &Container) -> Result<Arc<InMemory>, BlobError> {
        self.containers().get(container.as_str()).cloned().ok_or(BlobError::NotFound)
    }
}

#[async_trait]
impl BlobStore for MemoryStore {
    async fn create_container(&self, container: &Container) -> Result<(), BlobError> {
        self.containers().entry(container.as_str().to_owned()).or_default();
        Ok(())
    }

    async fn delete_container(&self, container: &Container) -> Result<(), BlobError> {
        self.containers().remove(container.as_str());
        Ok(())
    }

    async fn put(&self, container: &Container, key: &ObjectKey, pieces: Vec<Bytes>) -> Result<(), BlobError> {
        object::put(&*self.container(container)?, key, pieces).await
    }

    async fn get(
        &self,
        container: &Container,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Bytes, BlobError> {
        object::get(&*self.container(container)?, key, range).await
    }

    async fn delete(&self, container: &Container, key: &ObjectKey) -> Result<(), BlobError> {
        object::delete(&*self.container(container)?, key).await
    }

    async fn delete_prefix(&self, container: &Container, upload: UploadId) -> Result<u64, BlobError> {
        object::delete_prefix(&*self.container(container)?, upload).await
    }

    fn list(
        &self,
        container: &Container,
        upload: Option<UploadId>,
    ) -> BoxStream<'static, Result<ObjectInfo, BlobError>> {
        match self.container(container) {
            Ok(store) => object::list(&*store, upload),
            Err(error) => stream::once(future::ready(Err(error))).boxed(),
        }
    }

    async fn health(&self) -> Result<(), BlobError> {
        Ok(())
    }
}
