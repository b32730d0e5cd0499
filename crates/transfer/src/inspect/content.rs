//! A stored file, as what looks into it reads it: ranges, opened.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use sealpost_blob::{BlobStore, Container};
use sealpost_domain::TenantId;
use sealpost_inspect::Source;
use sealpost_sealed::Manifest;

use crate::{Service, TransferError, reader::FileReader};

/// The plaintext of a stored file.
pub(crate) struct Content {
    blobs: Arc<dyn BlobStore>,
    container: Container,
    tenant: TenantId,
    manifest: Arc<Manifest>,
}

impl Content {
    pub(crate) fn new(service: &Service, container: Container, tenant: TenantId, manifest: Manifest) -> Self {
        Self { blobs: service.shared_blobs(), container, tenant, manifest: Arc::new(manifest) }
    }
}

impl Source for Content {
    type Error = TransferError;

    fn length(&self) -> u64 {
        self.manifest.length()
    }

    async fn read_at(&mut self, offset: u64, length: usize) -> Result<Bytes, TransferError> {
        let wanted = offset..offset + length as u64;
        let (blobs, container) = (Arc::clone(&self.blobs), self.container.clone());
        let mut reader = FileReader::new(blobs, container, self.tenant, Arc::clone(&self.manifest), wanted);
        let first = reader.next().await?.unwrap_or_default();
        if first.len() == length {
            return Ok(first);
        }
        let mut all = BytesMut::with_capacity(length);
        all.extend_from_slice(&first);
        while let Some(bytes) = reader.next().await? {
            all.extend_from_slice(&bytes);
        }
        Ok(all.freeze())
    }
}
