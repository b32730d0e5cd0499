//! Which parts a transfer's files have, and which of them a container has.

use std::collections::{HashMap, HashSet};

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt as _;
use sealpost_blob::{BlobError, Container, ObjectKey};
use sealpost_db::{File, Transfer};
use sealpost_domain::{TenantId, UploadId};
use sealpost_sealed::{PartContext, PartOpener, Salt, UploadKey, range};

use crate::{Service, TransferError, replicate::RECORD_SEQUENCE, unlock::Unlocked};

/// A part that belongs to a file.
pub(super) struct Part {
    pub(super) key: ObjectKey,
    /// Its stored bytes.
    pub(super) size: u64,
    /// What opens it: its upload's key, its salt, its length. Nobody here has that where a password protects the manifest.
    sealed_with: Option<(UploadKey, Salt, u32)>,
}

impl Part {
    /// Whether these are its bytes: all of it opens, or as far as that can be told without a key.
    pub(super) fn is_whole(&self, tenant: TenantId, object: &Bytes) -> bool {
        let Some(header) = object.get(..range::HEADER_LENGTH).filter(|_| object.len() as u64 == self.size)
        else {
            return false;
        };
        let Some((key, salt, length)) = &self.sealed_with else {
            return header.starts_with(&self.key.attempt);
        };
        let context = PartContext {
            tenant: tenant.into_bytes(),
            upload: self.key.upload.into_bytes(),
            sequence: self.key.sequence,
        };
        let Ok(opener) = PartOpener::new(key, context, salt, *length, header) else { return false };
        // A part without plaintext has no chunk that could be wanted; its length and header are all that there is.
        let Some(whole) = opener.object_range(0..u64::from(*length)) else { return *length == 0 };
        let (Ok(start), Ok(end)) = (usize::try_from(whole.bytes.start), usize::try_from(whole.bytes.end))
        else {
            return false;
        };
        object.get(start..end).is_some_and(|chunks| opener.open(&whole, BytesMut::from(chunks)).is_ok())
    }
}

/// What a container is to have, and what it has.
pub(super) struct Expected {
    pub(super) parts: Vec<Part>,
    /// The objects under the parts' prefixes, and their sizes.
    pub(super) there: HashMap<ObjectKey, u64>,
    /// Parts of which nothing is known but that they are not there, nor in any copy.
    pub(super) unknown: u64,
}

impl Service {
    /// What the manifests name. Of files that a password protects, whose manifests nobody can open, it is what the container
    /// or a copy has under their prefixes; how many there must be is known. `None` if the transfer's key is gone.
    pub(super) async fn expected_parts(
        &self,
        container: &Container,
        row: Transfer,
    ) -> Result<Option<Expected>, TransferError> {
        let mut conn = self.db().read().await?;
        let files = conn.files_of_transfer(row.id).await?;
        let prefixes = conn.file_prefixes(row.id).await?;
        drop(conn);
        let transfer = match self.unlock(row).await {
            Err(TransferError::NotFound) => return Ok(None),
            unlocked => unlocked?,
        };
        if let Some(parts) = named_parts(&transfer, &files)? {
            let prefixes = parts.iter().map(|part| part.key.upload).collect();
            let there = self.sizes_under(container, &prefixes).await?;
            return Ok(Some(Expected { parts, there, unknown: 0 }));
        }
        let prefixes = prefixes.into_iter().collect();
        let there = self.sizes_under(container, &prefixes).await?;
        let mut known = there.clone();
        for copy in self.blobs().copies(container) {
            for (key, size) in self.sizes_under(&copy.container, &prefixes).await? {
                // What was torn is shorter than what was sealed.
                let known = known.entry(key).or_insert(size);
                *known = size.max(*known);
            }
        }
        known.retain(|_, size| range::plain_length(*size).is_some());
        let numbers: HashSet<_> = known.keys().map(|key| (key.upload, key.sequence)).collect();
        let objects: u64 = files.iter().map(|file| file.objects).sum();
        let unknown = objects.saturating_sub(numbers.len() as u64);
        let parts = known.into_iter().map(|(key, size)| Part { key, size, sealed_with: None }).collect();
        Ok(Some(Expected { parts, there, unknown }))
    }

    /// The objects under these prefixes, in this container and no other.
    async fn sizes_under(
        &self,
        container: &Container,
        prefixes: &HashSet<UploadId>,
    ) -> Result<HashMap<ObjectKey, u64>, TransferError> {
        let mut sizes = HashMap::new();
        for prefix in prefixes {
            let mut listed = self.blobs().list(container, Some(*prefix));
            // That there is no such container is no loss of its objects: a volume may not be mounted.
            while let Some(object) = listed.try_next().await.map_err(away)? {
                let part = object.key.filter(|key| key.sequence != RECORD_SEQUENCE);
                sizes.extend(part.map(|key| (key, object.size)));
            }
        }
        Ok(sizes)
    }
}

fn away(error: BlobError) -> TransferError {
    match error {
        BlobError::NotFound => TransferError::Unavailable(error.into()),
        error => error.into(),
    }
}

/// The parts of files, as their manifests name them; `None` if nobody can open those without a password.
fn named_parts(transfer: &Unlocked, files: &[File]) -> Result<Option<Vec<Part>>, TransferError> {
    let Some(content_key) = transfer.content_key()? else { return Ok(None) };
    let mut parts = Vec::new();
    for file in files {
        let manifest = transfer.manifest(&content_key, file)?;
        for part in manifest.parts() {
            let upload = manifest.uploads().get(usize::from(part.upload)).ok_or(TransferError::Damaged)?;
            let id = UploadId::from(uuid::Uuid::from_bytes(upload.id));
            parts.push(Part {
                key: ObjectKey::new(id, part.sequence, part.salt.attempt()),
                size: range::object_length(u64::from(part.length)),
                sealed_with: Some((upload.key.clone(), part.salt, part.length)),
            });
        }
    }
    Ok(Some(parts))
}
