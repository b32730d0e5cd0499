//! Containers as directories of the local disk: `<root>/<container>/<shard>/<upload>-<sequence>-<attempt>`.
//!
//! Written straight with the operating system's calls; `docs/adr/0003-local-store.md` has the reasons and numbers.

mod durable;
mod files;
mod names;
mod unfinished;
mod walk;
mod writer;

use std::{fmt, io, ops::Range, panic, path::Path, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use sealpost_domain::UploadId;
use tokio::task::spawn_blocking;

use crate::{BlobError, BlobStore, Container, ObjectInfo, ObjectKey, ObjectWriter};
use files::Files;
use writer::LocalWriter;

/// A store in a directory of a local disk, for one machine.
///
/// [`put`](BlobStore::put) returns when the file, and every directory entry that leads to it, are on the disk.
/// Files have mode 0600 and directories 0700, less what the process's umask takes away. Cloning is cheap.
#[derive(Clone)]
pub struct LocalStore {
    files: Arc<Files>,
}

impl LocalStore {
    /// The store in `root`, which is made with mode 0700 if it does not exist; its parent must exist.
    ///
    /// Blocks on the disk: call it at the start.
    pub fn open(root: impl AsRef<Path>) -> Result<Self, BlobError> {
        Ok(Self { files: Arc::new(Files::open(root.as_ref())?) })
    }

    /// The directory, without symbolic links.
    pub fn root(&self) -> &Path {
        self.files.root()
    }

    /// Runs `work` where it may block.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Files) -> Result<T, BlobError> + Send + 'static,
    ) -> Result<T, BlobError> {
        let files = Arc::clone(&self.files);
        match spawn_blocking(move || work(&files)).await {
            Ok(result) => result,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => panic::resume_unwind(panic),
                Err(shutting_down) => Err(BlobError::unavailable(shutting_down)),
            },
        }
    }
}

impl fmt::Debug for LocalStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalStore").field("root", &self.root()).finish_non_exhaustive()
    }
}

#[async_trait]
impl BlobStore for LocalStore {
    async fn create_container(&self, container: &Container) -> Result<(), BlobError> {
        let container = container.clone();
        self.blocking(move |files| files.create_container(&container)).await
    }

    async fn delete_container(&self, container: &Container) -> Result<(), BlobError> {
        let container = container.clone();
        self.blocking(move |files| files.delete_container(&container)).await
    }

    async fn put(&self, container: &Container, key: &ObjectKey, pieces: Vec<Bytes>) -> Result<(), BlobError> {
        let (container, key) = (container.clone(), *key);
        self.blocking(move |files| files.put(&container, &key, &pieces)).await
    }

    fn writer<'a>(&'a self, container: &Container, key: &ObjectKey) -> Box<dyn ObjectWriter + 'a> {
        Box::new(LocalWriter::new(self, container, key))
    }

    async fn get(
        &self,
        container: &Container,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Bytes, BlobError> {
        let (container, key) = (container.clone(), *key);
        self.blocking(move |files| files.get(&container, &key, range)).await
    }

    async fn delete(&self, container: &Container, key: &ObjectKey) -> Result<(), BlobError> {
        let (container, key) = (container.clone(), *key);
        self.blocking(move |files| files.delete(&container, &key)).await
    }

    async fn delete_prefix(&self, container: &Container, upload: UploadId) -> Result<u64, BlobError> {
        self.delete_prefixes(container, &[upload]).await
    }

    async fn delete_prefixes(&self, container: &Container, uploads: &[UploadId]) -> Result<u64, BlobError> {
        let (container, uploads) = (container.clone(), uploads.to_vec());
        self.blocking(move |files| files.delete_prefixes(&container, &uploads)).await
    }

    fn list(
        &self,
        container: &Container,
        upload: Option<UploadId>,
    ) -> BoxStream<'static, Result<ObjectInfo, BlobError>> {
        walk::list(self.clone(), container.clone(), upload)
    }

    async fn health(&self) -> Result<(), BlobError> {
        self.blocking(|files| files.health()).await
    }
}

/// Turns "not found" into `Ok(None)`.
fn found<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
