//! The parts of a transfer's files as they are stored: which ones there must be, and what a container has of them.

use std::collections::HashMap;

use bytes::BytesMut;
use futures_util::TryStreamExt as _;
use sealpost_blob::{BlobError, Container, ObjectKey};
use sealpost_db::File;
use sealpost_domain::{TenantId, UploadId};
use sealpost_sealed::{PartContext, PartOpener, Salt, UploadKey, range};

use crate::{Service, TransferError, replicate::RECORD_SEQUENCE, unlock::Unlocked};

/// A part that belongs to a file.
pub(crate) struct StoredPart {
    pub(crate) key: ObjectKey,
    /// Its stored bytes.
    pub(crate) size: u64,
    /// What opens it. Nobody here has that where a password protects the manifest.
    sealed_with: Option<SealedWith>,
}

struct SealedWith {
    upload_key: UploadKey,
    salt: Salt,
    /// Its plaintext.
    length: u32,
}

impl StoredPart {
    /// One of which nothing is known but where it lies.
    pub(crate) fn without_key(key: ObjectKey, size: u64) -> Self {
        Self { key, size, sealed_with: None }
    }

    /// Whether these bytes begin as its own do. With its key that tells whether it is the part that the manifest means; without,
    /// whether it is the attempt that the key names.
    pub(crate) fn begins(&self, tenant: TenantId, object: &[u8]) -> bool {
        let Some(header) = object.get(..range::HEADER_LENGTH) else { return false };
        match &self.sealed_with {
            None => header.starts_with(&self.key.attempt),
            Some(with) => self.opener(with, tenant, header).is_some(),
        }
    }

    /// Whether these are its bytes: all of it opens, or as far as that can be told without a key.
    pub(crate) fn is_whole(&self, tenant: TenantId, object: &[u8]) -> bool {
        if object.len() as u64 != self.size {
            return false;
        }
        let Some(with) = &self.sealed_with else { return self.begins(tenant, object) };
        let Some(header) = object.get(..range::HEADER_LENGTH) else { return false };
        let Some(opener) = self.opener(with, tenant, header) else { return false };
        // A part without plaintext has no chunk that could be wanted; its length and header are all that there is.
        let Some(whole) = opener.object_range(0..u64::from(with.length)) else { return with.length == 0 };
        let (Ok(start), Ok(end)) = (usize::try_from(whole.bytes.start), usize::try_from(whole.bytes.end))
        else {
            return false;
        };
        object.get(start..end).is_some_and(|chunks| opener.open(&whole, BytesMut::from(chunks)).is_ok())
    }

    /// `None` if the header is not that of this part.
    fn opener(&self, with: &SealedWith, tenant: TenantId, header: &[u8]) -> Option<PartOpener> {
        let context = PartContext {
            tenant: tenant.into_bytes(),
            upload: self.key.upload.into_bytes(),
            sequence: self.key.sequence,
        };
        PartOpener::new(&with.upload_key, context, &with.salt, with.length, header).ok()
    }
}

/// The parts of files, as their manifests name them; `None` if nobody can open those without a password.
pub(crate) fn named_parts(
    transfer: &Unlocked,
    files: &[File],
) -> Result<Option<Vec<StoredPart>>, TransferError> {
    let Some(content_key) = transfer.content_key()? else { return Ok(None) };
    let mut parts = Vec::new();
    for file in files {
        let manifest = transfer.manifest(&content_key, file)?;
        for part in manifest.parts() {
            let upload = manifest.uploads().get(usize::from(part.upload)).ok_or(TransferError::Damaged)?;
            let id = UploadId::from(uuid::Uuid::from_bytes(upload.id));
            parts.push(StoredPart {
                key: ObjectKey::new(id, part.sequence, part.salt.attempt()),
                size: range::object_length(u64::from(part.length)),
                sealed_with: Some(SealedWith {
                    upload_key: upload.key.clone(),
                    salt: part.salt,
                    length: part.length,
                }),
            });
        }
    }
    Ok(Some(parts))
}

impl Service {
    /// The objects under these prefixes in this container and no other, records apart, and their sizes.
    pub(crate) async fn sizes_under(
        &self,
        container: &Container,
        prefixes: impl IntoIterator<Item = &UploadId>,
    ) -> Result<HashMap<ObjectKey, u64>, BlobError> {
        let mut sizes = HashMap::new();
        for prefix in prefixes {
            let mut listed = self.blobs().list(container, Some(*prefix));
            while let Some(object) = listed.try_next().await? {
                let part = object.key.filter(|key| key.sequence != RECORD_SEQUENCE);
                sizes.extend(part.map(|key| (key, object.size)));
            }
        }
        Ok(sizes)
    }
}
