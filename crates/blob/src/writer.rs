//! Objects that are stored while their bytes are still being made.

use async_trait::async_trait;
use bytes::Bytes;

use crate::{BlobError, BlobStore, Container, ObjectKey};

/// One object on its way into a store.
///
/// Dropped before [`finish`](Self::finish), or after an error, it leaves what an unfinished
/// [`put`](BlobStore::put) leaves: nothing is known about the object. Readers know a key only once it was finished.
#[async_trait]
pub trait ObjectWriter: Send {
    /// Takes the next piece. When it returns `Ok`, a store that needs the bytes no more has dropped its handle on them.
    async fn write(&mut self, piece: Bytes) -> Result<(), BlobError>;

    /// Takes the last piece; the object is durable when this returns `Ok`. Errors are those of
    /// [`put`](BlobStore::put).
    async fn finish(self: Box<Self>, last: Bytes) -> Result<(), BlobError>;
}

/// The writer of stores that take an object as a whole: keeps all pieces, and puts them at the end.
pub struct Collected<'a, S: ?Sized> {
    store: &'a S,
    container: Container,
    key: ObjectKey,
    pieces: Vec<Bytes>,
}

impl<'a, S: BlobStore + ?Sized> Collected<'a, S> {
    /// A writer of that object.
    pub fn new(store: &'a S, container: &Container, key: &ObjectKey) -> Self {
        Self { store, container: container.clone(), key: *key, pieces: Vec::new() }
    }
}

#[async_trait]
impl<S: BlobStore + ?Sized> ObjectWriter for Collected<'_, S> {
    async fn write(&mut self, piece: Bytes) -> Result<(), BlobError> {
        self.pieces.push(piece);
        Ok(())
    }

    async fn finish(mut self: Box<Self>, last: Bytes) -> Result<(), BlobError> {
        self.pieces.push(last);
        self.store.put(&self.container, &self.key, self.pieces).await
    }
}
