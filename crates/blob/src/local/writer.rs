//! Writes an object's file while its bytes are still being made.

use async_trait::async_trait;
use bytes::Bytes;
use tokio::{runtime::Handle, task::spawn_blocking};

use super::{LocalStore, unfinished::Unfinished};
use crate::{BlobError, Container, ObjectKey, ObjectWriter};

/// Every piece goes to the operating system at once, so that one piece is in memory, and in the processor's cache.
pub(super) struct LocalWriter<'a> {
    store: &'a LocalStore,
    container: Container,
    key: ObjectKey,
    /// `None` until the first piece comes, and while one is being written.
    unfinished: Option<Unfinished>,
}

impl<'a> LocalWriter<'a> {
    pub(super) fn new(store: &'a LocalStore, container: &Container, key: &ObjectKey) -> Self {
        Self { store, container: container.clone(), key: *key, unfinished: None }
    }
}

#[async_trait]
impl ObjectWriter for LocalWriter<'_> {
    async fn write(&mut self, piece: Bytes) -> Result<(), BlobError> {
        let (begun, container, key) = (self.unfinished.take(), self.container.clone(), self.key);
        let written = self.store.blocking(move |files| {
            let mut unfinished = begun.map_or_else(|| files.begin(&container, &key), Ok)?;
            unfinished.write(&[piece])?;
            Ok(unfinished)
        });
        self.unfinished = Some(written.await?);
        Ok(())
    }

    async fn finish(mut self: Box<Self>, last: Bytes) -> Result<(), BlobError> {
        let (begun, container, key) = (self.unfinished.take(), self.container.clone(), self.key);
        let finished = self.store.blocking(move |files| {
            let mut unfinished = begun.map_or_else(|| files.begin(&container, &key), Ok)?;
            unfinished.write(&[last])?;
            files.finish(unfinished)
        });
        finished.await
    }
}

impl Drop for LocalWriter<'_> {
    fn drop(&mut self) {
        let Some(unfinished) = self.unfinished.take() else { return };
        // Removing the file blocks. Without a runtime there is nobody whom that would hold up.
        if Handle::try_current().is_ok() {
            spawn_blocking(move || drop(unfinished));
        }
    }
}
