//! The digest by which a file is recognised.

use std::sync::Arc;

use sealpost_domain::FileId;
use sealpost_sealed::{ContentKey, TenantKey};
use sha2::{Digest as _, Sha256};

use crate::{Service, TransferError, reader::FileReader, service::container, unlock::Unlocked};

/// What it takes to read the files of a transfer.
pub(super) struct Readable<'a> {
    pub(super) transfer: &'a Unlocked,
    pub(super) content_key: &'a ContentKey,
    pub(super) container: &'a str,
}

/// What the bytes with this SHA-256 are looked up by.
pub(super) fn digest(key: &TenantKey, sha256: &[u8; 32]) -> [u8; 32] {
    key.lookup_hmac("files.digest", sha256)
}

impl Service {
    /// The SHA-256 of a file, and its length: the whole of it is read, a window at a time.
    pub(super) async fn sha256_of(
        &self,
        from: &Readable<'_>,
        id: FileId,
    ) -> Result<([u8; 32], u64), TransferError> {
        let place = from.transfer.place;
        let row = self.db().read().await?.file(place.transfer, id).await?;
        let manifest = from.transfer.manifest(from.content_key, &row.ok_or(TransferError::NotFound)?)?;
        let (length, container) = (manifest.length(), container(from.container)?);
        let manifest = Arc::new(manifest);
        let mut reader = FileReader::new(self.shared_blobs(), container, place.tenant, manifest, 0..length);
        let mut hash = Sha256::new();
        while let Some(bytes) = reader.next().await? {
            hash.update(&bytes);
        }
        Ok((hash.finalize().into(), length))
    }

    /// The digest of a file, which is noted with it.
    pub(super) async fn note_digest(
        &self,
        from: &Readable<'_>,
        id: FileId,
        key: &TenantKey,
    ) -> Result<[u8; 32], TransferError> {
        let (sha256, _) = self.sha256_of(from, id).await?;
        let digest = digest(key, &sha256);
        let mut tx = self.db().write().await?;
        tx.set_file_digest(from.transfer.place.transfer, id, &digest).await?;
        tx.commit().await?;
        Ok(digest)
    }
}
