//! The stores of the configuration as one: each call goes to the store that its container is in.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt as _, future, stream, stream::BoxStream};
use sealpost_domain::UploadId;

use crate::{
    BlobError, BlobStore, Collected, Container, Copy, ObjectInfo, ObjectKey, ObjectWriter, StoreName,
};

/// A container is in a store that nobody has configured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no store `{0}`: the configuration has no [stores.{0}]")]
pub struct UnknownStore(pub StoreName);

/// The default store and those with a name. Cloning is cheap.
///
/// A container that names a store which is not here gives [`BlobError::Other`] with [`UnknownStore`] inside: whether it
/// exists is not known, so it is never [`BlobError::NotFound`].
#[derive(Debug, Clone)]
pub struct Stores {
    default: Arc<dyn BlobStore>,
    named: BTreeMap<StoreName, Arc<dyn BlobStore>>,
}

impl Stores {
    /// The default store alone.
    pub fn new(default: Arc<dyn BlobStore>) -> Self {
        Self { default, named: BTreeMap::new() }
    }

    /// With one more; it takes the place of one of the same name.
    #[must_use]
    pub fn with(mut self, name: StoreName, store: Arc<dyn BlobStore>) -> Self {
        self.named.insert(name, store);
        self
    }

    /// All stores, the default one first.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&StoreName>, &Arc<dyn BlobStore>)> {
        std::iter::once((None, &self.default))
            .chain(self.named.iter().map(|(name, store)| (Some(name), store)))
    }

    /// The store of this name; the default one for `None`.
    ///
    /// # Errors
    /// [`UnknownStore`].
    pub fn store(&self, name: Option<&StoreName>) -> Result<&Arc<dyn BlobStore>, UnknownStore> {
        match name {
            None => Ok(&self.default),
            Some(name) => self.named.get(name).ok_or_else(|| UnknownStore(name.clone())),
        }
    }

    fn of(&self, container: &Container) -> Result<&dyn BlobStore, BlobError> {
        self.store(container.store()).map(|store| &**store).map_err(BlobError::other)
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl BlobStore for Stores {
    async fn create_container(&self, container: &Container) -> Result<(), BlobError> {
        self.of(container)?.create_container(container).await
    }

    async fn delete_container(&self, container: &Container) -> Result<(), BlobError> {
        self.of(container)?.delete_container(container).await
    }

    async fn put(&self, container: &Container, key: &ObjectKey, pieces: Vec<Bytes>) -> Result<(), BlobError> {
        self.of(container)?.put(container, key, pieces).await
    }

    fn writer<'a>(&'a self, container: &Container, key: &ObjectKey) -> Box<dyn ObjectWriter + 'a> {
        match self.of(container) {
            Ok(store) => store.writer(container, key),
            // Its end is a put, which says that there is no such store.
            Err(_) => Box::new(Collected::new(self, container, key)),
        }
    }

    async fn get(
        &self,
        container: &Container,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Bytes, BlobError> {
        self.of(container)?.get(container, key, range).await
    }

    async fn delete(&self, container: &Container, key: &ObjectKey) -> Result<(), BlobError> {
        self.of(container)?.delete(container, key).await
    }

    async fn delete_prefix(&self, container: &Container, upload: UploadId) -> Result<u64, BlobError> {
        self.of(container)?.delete_prefix(container, upload).await
    }

    async fn delete_prefixes(&self, container: &Container, uploads: &[UploadId]) -> Result<u64, BlobError> {
        self.of(container)?.delete_prefixes(container, uploads).await
    }

    fn list(
        &self,
        container: &Container,
        upload: Option<UploadId>,
    ) -> BoxStream<'static, Result<ObjectInfo, BlobError>> {
        match self.of(container) {
            Ok(store) => store.list(container, upload),
            Err(error) => stream::once(future::ready(Err(error))).boxed(),
        }
    }

    /// That of the default store. A store that only some tenants are in does not make the whole service unready; see
    /// [`Stores::iter`] to ask each.
    async fn health(&self) -> Result<(), BlobError> {
        self.default.health().await
    }

    fn copies(&self, container: &Container) -> Vec<Copy> {
        self.of(container).map_or_else(|_| Vec::new(), |store| store.copies(container))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt as _;
    use sealpost_domain::Timestamp;

    use super::*;
    use crate::MemoryStore;

    fn key() -> ObjectKey {
        ObjectKey::new(UploadId::new(Timestamp::from_unix_millis(1_800_000_000_000), [7; 10]), 0, [1; 8])
    }

    fn container(text: &str) -> Container {
        text.parse().unwrap()
    }

    #[tokio::test]
    async fn each_container_is_in_the_store_that_it_names() {
        let (home, west) = (MemoryStore::new(), MemoryStore::new());
        let stores =
            Stores::new(Arc::new(home.clone())).with("west".parse().unwrap(), Arc::new(west.clone()));
        let (here, there) = (container("t-1"), container("west:t-1"));
        stores.create_container(&here).await.unwrap();
        assert!(matches!(stores.delete(&there, &key()).await, Err(BlobError::NotFound)));
        stores.create_container(&there).await.unwrap();
        stores.put(&here, &key(), vec![Bytes::from_static(b"home")]).await.unwrap();
        let mut writer = stores.writer(&there, &key());
        writer.write(Bytes::from_static(b"we")).await.unwrap();
        writer.finish(Bytes::from_static(b"st")).await.unwrap();
        for (store, text) in [(&home, "home"), (&west, "west")] {
            assert_eq!(store.get(&here, &key(), 0..4).await.unwrap(), text);
        }
        assert_eq!(stores.get(&there, &key(), 0..4).await.unwrap(), "west");
        assert_eq!(stores.delete_prefixes(&there, &[key().upload]).await.unwrap(), 1);
        assert_eq!(stores.list(&here, None).try_collect::<Vec<_>>().await.unwrap().len(), 1);
        stores.delete_container(&there).await.unwrap();
        assert!(matches!(stores.get(&there, &key(), 0..4).await, Err(BlobError::NotFound)));
        assert_eq!(stores.get(&here, &key(), 0..4).await.unwrap(), "home");
    }

    #[tokio::test]
    async fn a_store_that_is_not_configured_is_named_and_not_taken_for_an_empty_one() {
        let stores = Stores::new(Arc::new(MemoryStore::new()));
        let lost = container("gone:t-1");
        let results = [
            stores.create_container(&lost).await,
            stores.delete_container(&lost).await,
            stores.put(&lost, &key(), vec![]).await,
            stores.writer(&lost, &key()).finish(Bytes::new()).await,
            stores.get(&lost, &key(), 0..1).await.map(drop),
            stores.delete(&lost, &key()).await,
            stores.delete_prefix(&lost, key().upload).await.map(drop),
            stores.delete_prefixes(&lost, &[]).await.map(drop),
            stores.list(&lost, None).try_collect::<Vec<_>>().await.map(drop),
        ];
        for result in results {
            let Err(BlobError::Other(source)) = result else { panic!("{result:?}") };
            assert!(source.to_string().contains("[stores.gone]"), "{source}");
        }
    }
}
