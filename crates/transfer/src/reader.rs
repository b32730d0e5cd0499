//! From stored objects back to bytes: one window at a time.

use std::{ops::Range, sync::Arc};

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt as _;
use sealpost_blob::{BlobError, BlobStore, Container, ObjectKey};
use sealpost_domain::{TenantId, UploadId};
use sealpost_sealed::{Manifest, PartOpener, range};

use crate::TransferError;

/// Plaintext bytes read, opened and handed on at a time: what a download holds in memory.
const WINDOW: u64 = 64 * range::CHUNK_LENGTH as u64;

/// Reads one range of one file.
///
/// A chunk that does not open is an error, and nothing of it or behind it comes out.
pub(crate) struct FileReader {
    blobs: Arc<dyn BlobStore>,
    container: Container,
    tenant: TenantId,
    manifest: Arc<Manifest>,
    wanted: Range<u64>,
    part: Option<OpenPart>,
}

struct OpenPart {
    /// Where in the file the part starts.
    start: u64,
    length: u64,
    key: ObjectKey,
    opener: PartOpener,
}

impl FileReader {
    pub(crate) fn new(
        blobs: Arc<dyn BlobStore>,
        container: Container,
        tenant: TenantId,
        manifest: Arc<Manifest>,
        wanted: Range<u64>,
    ) -> Self {
        Self { blobs, container, tenant, manifest, wanted, part: None }
    }

    /// The next bytes, `None` at the end of the range.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, TransferError> {
        if self.wanted.is_empty() {
            return Ok(None);
        }
        let at = self.wanted.start;
        let part = match self.part.take().filter(|part| at < part.start + part.length) {
            Some(part) => part,
            None => self.open_part(at).await?,
        };
        // Windows end on chunk boundaries, so that no chunk is fetched twice.
        let within = at - part.start;
        let end = (within - within % WINDOW + WINDOW).min(part.length).min(self.wanted.end - part.start);
        let object = part.opener.object_range(within..end).ok_or(TransferError::Damaged)?;
        let sealed = self.get(&part.key, object.bytes.clone()).await?;
        let sealed = sealed.try_into_mut().unwrap_or_else(|shared| BytesMut::from(&*shared));
        let plaintext = part.opener.open(&object, sealed)?.freeze();
        self.wanted.start += plaintext.len() as u64;
        self.part = Some(part);
        Ok(Some(plaintext))
    }

    async fn open_part(&self, at: u64) -> Result<OpenPart, TransferError> {
        let located = self.manifest.locate(at..at + 1).next().ok_or(TransferError::Damaged)?;
        let key = ObjectKey::new(
            UploadId::from(uuid::Uuid::from_bytes(located.upload.id)),
            located.part.sequence,
            located.part.salt.attempt(),
        );
        let header = self.get(&key, 0..range::HEADER_LENGTH as u64).await?;
        let opener = located.opener(self.tenant.into_bytes(), &header)?;
        Ok(OpenPart { start: at - located.wanted.start, length: u64::from(located.part.length), key, opener })
    }
    /// Bytes of an object. That one is missing is damage; that all are is a volume which is not mounted.
    async fn get(&self, key: &ObjectKey, range: Range<u64>) -> Result<Bytes, TransferError> {
        match self.blobs.get(&self.container, key, range).await {
            Err(missing @ BlobError::NotFound) => {
                let listed = self.blobs.list(&self.container, Some(key.upload)).try_next().await;
                let is_known = !matches!(listed, Err(BlobError::NotFound | BlobError::Unavailable(_)));
                Err(if is_known { missing.into() } else { TransferError::Unavailable(missing.into()) })
            }
            got => Ok(got?),
        }
    }
}
