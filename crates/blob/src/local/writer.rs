//! Writes an object's file while its bytes are still being made.

use async_trait::async_trait;
use bytes::Bytes;
use tokio::{runtime::Handle, task::spawn_blocking};

use super::{LocalStore, files::Files, unfinished::Unfinished};
use crate::{BlobError, Container, ObjectKey, ObjectWriter};

/// Every piece goes to the operating system at once, so that one piece is in memory, and in the processor's cache.
pub(super) struct LocalWriter<'a> {
    store: &'a LocalStore,
    container: Container,
    key: ObjectKey,
    state: State,
}

enum State {
    /// No piece has come yet.
    Fresh,
    Open(Unfinished),
    /// While a piece is being written, and for good if that fails or is given up: what follows would be stored without it.
    Broken,
}

impl<'a> LocalWriter<'a> {
    pub(super) fn new(store: &'a LocalStore, container: &Container, key: &ObjectKey) -> Self {
        Self { store, container: container.clone(), key: *key, state: State::Fresh }
    }
}

impl LocalWriter<'_> {
    /// Appends a piece, to a new file if it is the first one, and gives `next` the file, all where it may block.
    async fn append<T: Send + 'static>(
        &mut self,
        piece: Bytes,
        next: impl FnOnce(&Files, Unfinished) -> Result<T, BlobError> + Send + 'static,
    ) -> Result<T, BlobError> {
        let (state, container, key) =
            (std::mem::replace(&mut self.state, State::Broken), self.container.clone(), self.key);
        let work = move |files: &Files| {
            let mut unfinished = match state {
                State::Fresh => files.begin(&container, &key)?,
                State::Open(unfinished) => unfinished,
                State::Broken => return Err(BlobError::other("the object lacks a piece")),
            };
            unfinished.write(&[piece])?;
            next(files, unfinished)
        };
        self.store.blocking(work).await
    }
}

#[async_trait]
impl ObjectWriter for LocalWriter<'_> {
    async fn write(&mut self, piece: Bytes) -> Result<(), BlobError> {
        self.state = State::Open(self.append(piece, |_, unfinished| Ok(unfinished)).await?);
        Ok(())
    }

    async fn finish(mut self: Box<Self>, last: Bytes) -> Result<(), BlobError> {
        self.append(last, Files::finish).await
    }
}

impl Drop for LocalWriter<'_> {
    fn drop(&mut self) {
        let State::Open(unfinished) = std::mem::replace(&mut self.state, State::Broken) else { return };
        // Removing the file blocks. Without a runtime there is nobody whom that would hold up.
        if Handle::try_current().is_ok() {
            spawn_blocking(move || drop(unfinished));
        }
    }
}
