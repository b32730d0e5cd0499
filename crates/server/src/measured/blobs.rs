//! The blob store.

use std::{ops::Range, sync::Arc, time::Instant};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use sealpost_blob::{BlobError, BlobStore, Container, Copy, ObjectInfo, ObjectKey, ObjectWriter};
use sealpost_domain::UploadId;
use sealpost_metrics::{Called, Metrics, Seam};
use tracing::{Instrument as _, Span};

use super::Measured;

/// A new method of the trait must be measured, too, and not fall back on what the trait does by itself.
#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl BlobStore for Measured<Arc<dyn BlobStore>> {
    async fn create_container(&self, container: &Container) -> Result<(), BlobError> {
        self.blobs("create_container", self.inner.create_container(container)).await
    }

    async fn delete_container(&self, container: &Container) -> Result<(), BlobError> {
        self.blobs("delete_container", self.inner.delete_container(container)).await
    }

    async fn put(&self, container: &Container, key: &ObjectKey, pieces: Vec<Bytes>) -> Result<(), BlobError> {
        let length = pieces.iter().map(|piece| piece.len() as u64).sum();
        self.blobs("put", self.inner.put(container, key, pieces)).await?;
        self.metrics.stored(length);
        Ok(())
    }

    fn writer<'a>(&'a self, container: &Container, key: &ObjectKey) -> Box<dyn ObjectWriter + 'a> {
        Box::new(Writer {
            inner: self.inner.writer(container, key),
            metrics: self.metrics.clone(),
            begun: Instant::now(),
            length: 0,
            span: tracing::debug_span!("blobs", operation = "put"),
        })
    }

    async fn get(
        &self,
        container: &Container,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Bytes, BlobError> {
        self.blobs("get", self.inner.get(container, key, range)).await
    }

    async fn delete(&self, container: &Container, key: &ObjectKey) -> Result<(), BlobError> {
        self.blobs("delete", self.inner.delete(container, key)).await
    }

    async fn delete_prefix(&self, container: &Container, upload: UploadId) -> Result<u64, BlobError> {
        self.blobs("delete_prefix", self.inner.delete_prefix(container, upload)).await
    }

    async fn delete_prefixes(&self, container: &Container, uploads: &[UploadId]) -> Result<u64, BlobError> {
        self.blobs("delete_prefixes", self.inner.delete_prefixes(container, uploads)).await
    }

    fn list(
        &self,
        container: &Container,
        upload: Option<UploadId>,
    ) -> BoxStream<'static, Result<ObjectInfo, BlobError>> {
        self.inner.list(container, upload)
    }

    async fn health(&self) -> Result<(), BlobError> {
        self.blobs("health", self.inner.health()).await
    }

    fn copies(&self, container: &Container) -> Vec<Copy> {
        self.inner.copies(container)
    }
}

impl Measured<Arc<dyn BlobStore>> {
    async fn blobs<T>(
        &self,
        operation: &'static str,
        work: impl Future<Output = Result<T, BlobError>>,
    ) -> Result<T, BlobError> {
        self.call(Seam::Blobs, operation, judged, work).await
    }
}

const fn judged(error: &BlobError) -> Called {
    match error {
        BlobError::AlreadyExists | BlobError::NotFound => Called::Otherwise,
        BlobError::Full(_) => Called::Full,
        BlobError::Unavailable(_) => Called::Unavailable,
        _ => Called::Failed,
    }
}

/// An object on its way. What it takes counts from its first byte on: with the client's own pace.
struct Writer<'a> {
    inner: Box<dyn ObjectWriter + 'a>,
    metrics: Metrics,
    begun: Instant,
    length: u64,
    span: Span,
}

impl Writer<'_> {
    fn failed(&self, error: &BlobError) {
        self.metrics.called(Seam::Blobs, "put", judged(error), self.begun.elapsed());
    }
}

#[async_trait]
impl ObjectWriter for Writer<'_> {
    async fn write(&mut self, piece: Bytes) -> Result<(), BlobError> {
        self.length += piece.len() as u64;
        let written = self.inner.write(piece).instrument(self.span.clone()).await;
        written.inspect_err(|error| self.failed(error))
    }

    async fn finish(self: Box<Self>, last: Bytes) -> Result<(), BlobError> {
        let Self { inner, metrics, begun, length, span } = *self;
        let length = length + last.len() as u64;
        let finished = inner.finish(last).instrument(span).await;
        let called = finished.as_ref().map_or_else(judged, |()| Called::Ok);
        metrics.called(Seam::Blobs, "put", called, begun.elapsed());
        if finished.is_ok() {
            metrics.stored(length);
        }
        finished
    }
}
