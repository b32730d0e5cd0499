//! Which parts a transfer's files have, and which of them a container has.

use std::collections::{HashMap, HashSet};

use sealpost_blob::{BlobError, Container, ObjectKey};
use sealpost_db::Transfer;
use sealpost_domain::UploadId;
use sealpost_sealed::range;

use crate::{
    Service, TransferError,
    stored::{StoredPart, named_parts},
};

/// What a container is to have, and what it has.
pub(super) struct Expected {
    pub(super) parts: Vec<StoredPart>,
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
            let there = self.listed(container, &prefixes).await?;
            return Ok(Some(Expected { parts, there, unknown: 0 }));
        }
        let prefixes = prefixes.into_iter().collect();
        let there = self.listed(container, &prefixes).await?;
        let mut known = there.clone();
        for copy in self.blobs().copies(container) {
            for (key, size) in self.listed(&copy.container, &prefixes).await? {
                // What was torn is shorter than what was sealed.
                let known = known.entry(key).or_insert(size);
                *known = size.max(*known);
            }
        }
        known.retain(|_, size| range::plain_length(*size).is_some());
        let numbers: HashSet<_> = known.keys().map(|key| (key.upload, key.sequence)).collect();
        let objects: u64 = files.iter().map(|file| file.objects).sum();
        let unknown = objects.saturating_sub(numbers.len() as u64);
        let parts = known.into_iter().map(|(key, size)| StoredPart::without_key(key, size)).collect();
        Ok(Some(Expected { parts, there, unknown }))
    }

    /// What is there. That there is no such container is no loss of its objects: a volume may not be mounted.
    pub(super) async fn listed(
        &self,
        container: &Container,
        prefixes: &HashSet<UploadId>,
    ) -> Result<HashMap<ObjectKey, u64>, TransferError> {
        self.sizes_under(container, prefixes).await.map_err(|error| match error {
            BlobError::NotFound => TransferError::Unavailable(error.into()),
            error => error.into(),
        })
    }
}
