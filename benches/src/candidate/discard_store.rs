//! A blob store that keeps nothing: what is left is the pipeline.

use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream, stream::BoxStream};
use sealpost_blob::{BlobError, BlobStore, Container, ObjectInfo, ObjectKey, ObjectWriter};
use sealpost_domain::UploadId;

/// Takes everything and has nothing.
#[derive(Debug)]
pub(super) struct DiscardStore;

#[async_trait]
impl BlobStore for DiscardStore {
    async fn create_container(&self, _: &Container) -> Result<(), BlobError> {
        Ok(())
    }

    async fn delete_container(&self, _: &Container) -> Result<(), BlobError> {
        Ok(())
    }

    async fn put(&self, _: &Container, _: &ObjectKey, _: Vec<Bytes>) -> Result<(), BlobError> {
        Ok(())
    }

    fn writer<'a>(&'a self, _: &Container, _: &ObjectKey) -> Box<dyn ObjectWriter + 'a> {
        Box::new(Self)
    }

    async fn get(&self, _: &Container, _: &ObjectKey, _: Range<u64>) -> Result<Bytes, BlobError> {
        Err(BlobError::NotFound)
    }

    async fn delete(&self, _: &Container, _: &ObjectKey) -> Result<(), BlobError> {
        Ok(())
    }

    async fn delete_prefix(&self, _: &Container, _: UploadId) -> Result<u64, BlobError> {
        Ok(0)
    }

    fn list(&self, _: &Container, _: Option<UploadId>) -> BoxStream<'static, Result<ObjectInfo, BlobError>> {
        stream::empty().boxed()
    }

    async fn health(&self) -> Result<(), BlobError> {
        Ok(())
    }
}

#[async_trait]
impl ObjectWriter for DiscardStore {
    async fn write(&mut self, _: Bytes) -> Result<(), BlobError> {
        Ok(())
    }

    async fn finish(self: Box<Self>, _: Bytes) -> Result<(), BlobError> {
        Ok(())
    }
}
