//! The seam: what every store can do.

use std::{fmt, ops::Range};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use sealpost_domain::{Timestamp, UploadId};

use crate::{BlobError, Container, Copy, ObjectKey, ObjectWriter, writer::Collected};

/// A stored object as a listing shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    /// The key, or `None` if the name is not one: something that Sealpost did not put there.
    pub key: Option<ObjectKey>,
    /// The name as the store has it, without the container.
    pub raw: String,
    /// The size in bytes.
    pub size: u64,
    /// When the object was written, by the store's clock.
    pub modified: Timestamp,
}

/// Where sealed parts are stored.
///
/// Every method but [`create_container`](Self::create_container) and
/// [`delete_container`](Self::delete_container) answers [`BlobError::NotFound`] if the container does not exist, so that a
/// volume that is not mounted is never taken for one from which everything was deleted, and nothing is
/// written for a tenant who is gone.
///
/// A call whose future is dropped may still be carried out.
#[async_trait]
pub trait BlobStore: Send + Sync + fmt::Debug {
    /// Makes the container; fine if it exists.
    async fn create_container(&self, container: &Container) -> Result<(), BlobError>;

    /// Deletes the container with everything in it, whatever it is; fine if there is none.
    ///
    /// After an error a part of it may be gone; the call can be repeated.
    async fn delete_container(&self, container: &Container) -> Result<(), BlobError>;

    /// Stores the pieces, one after the other, as one object. It is durable when the call returns `Ok`: it survives the
    /// loss of power, and every later [`get`](Self::get) of any node sees it.
    ///
    /// [`BlobError::AlreadyExists`] if the key is taken; the stored object stays as it was. After any other
    /// error, and after a call that was given up, **nothing is known**: the object may be there, whole or in part.
    /// Seal the part anew, which gives it a new key, and leave the rest to the reconciler; in particular,
    /// `AlreadyExists` on a second try with the same key does not mean that the object is whole.
    async fn put(&self, container: &Container, key: &ObjectKey, pieces: Vec<Bytes>) -> Result<(), BlobError>;

    /// Begins to store one object whose pieces come one after another: [`put`](Self::put) for bytes that need not all be
    /// in memory at once, where the store can do that.
    fn writer<'a>(&'a self, container: &Container, key: &ObjectKey) -> Box<dyn ObjectWriter + 'a> {
        Box::new(Collected::new(self, container, key))
    }

    /// Exactly the bytes of the range; an empty range gives none.
    ///
    /// [`BlobError::Truncated`] if the object ends before the range does. Where the store
    /// keeps no other handle on the memory, [`Bytes::try_into_mut`] succeeds and nothing needs to be copied.
    async fn get(
        &self,
        container: &Container,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Bytes, BlobError>;

    /// Deletes the object; fine if there is none.
    async fn delete(&self, container: &Container, key: &ObjectKey) -> Result<(), BlobError>;

    /// Deletes everything whose name begins with the upload, whatever it is, and says how many objects that were; 0
    /// if there was nothing. After an error a part of it may be gone; the call can be repeated.
    async fn delete_prefix(&self, container: &Container, upload: UploadId) -> Result<u64, BlobError>;

    /// As [`delete_prefix`](Self::delete_prefix) for each of the uploads. A store that can find the objects of many uploads
    /// together does so.
    async fn delete_prefixes(&self, container: &Container, uploads: &[UploadId]) -> Result<u64, BlobError> {
        let mut count = 0;
        for upload in uploads {
            count += self.delete_prefix(container, *upload).await?;
        }
        Ok(count)
    }

    /// All objects of the container or of one upload, in no particular order.
    ///
    /// An object that is stored or deleted meanwhile may be missing or not; every other one is listed once. The
    /// stream ends after its first error.
    fn list(
        &self,
        container: &Container,
        upload: Option<UploadId>,
    ) -> BoxStream<'static, Result<ObjectInfo, BlobError>>;

    /// Whether the store answers at all, cheaply enough for a probe every few seconds.
    async fn health(&self) -> Result<(), BlobError>;

    /// The copies that there are of the container, each a container of this store that can be looked at by itself. A copy has no
    /// copies.
    fn copies(&self, _container: &Container) -> Vec<Copy> {
        Vec::new()
    }
}
