//! Whether copies have what the files' manifests name, and putting into them what they have lost.

use std::collections::HashSet;

use bytes::Bytes;
use sealpost_blob::{BlobError, Copy};

use super::Look;
use crate::{Service, TransferError, replicate::store_name, stored::StoredPart};

impl Service {
    /// Looks into each copy that had everything once. What waits to be copied is no loss: that is the matter of
    /// [`Service::replicate`]. Asked after it was read which files there are, so that none of them can be a new one. A copy that
    /// fails keeps no other from being looked at.
    pub(super) async fn verify_copies(
        &self,
        look: &mut Look,
        parts: &[StoredPart],
    ) -> Result<(), TransferError> {
        let complete = self.db().read().await?.stores_with_all_files(look.place.transfer).await?;
        for copy in self.blobs().copies(&look.container) {
            if !complete.iter().any(|store| store == store_name(&copy.container)) {
                continue;
            }
            if let Err(error) = self.verify_copy(look, parts, &copy).await {
                let (transfer, error) = (look.place.transfer, &error as &dyn std::error::Error);
                tracing::error!(%transfer, role = %copy.role, error, "a copy cannot be looked into, or not to the end");
                look.counts.failed = 1;
            }
        }
        Ok(())
    }

    async fn verify_copy(
        &self,
        look: &mut Look,
        parts: &[StoredPart],
        copy: &Copy,
    ) -> Result<(), TransferError> {
        let prefixes: HashSet<_> = parts.iter().map(|part| part.key.upload).collect();
        let there = self.listed(&copy.container, &prefixes).await?;
        for part in parts {
            let is_there = there.get(&part.key);
            if is_there == Some(&part.size) || look.lost.contains(&part.key) {
                continue;
            }
            tokio::time::sleep(self.pace().turn(part.size, self.now())).await;
            let Some(object) = self.whole_or_healed(look, part).await? else { continue };
            if is_there.is_some() {
                // Torn. Nobody reads it, and what was put first would stay.
                self.blobs().delete(&copy.container, &part.key).await?;
            }
            match self.blobs().put(&copy.container, &part.key, vec![object]).await {
                // Somebody else was faster.
                Ok(()) | Err(BlobError::AlreadyExists) => {}
                Err(error) => return Err(error.into()),
            }
            tracing::warn!(transfer = %look.place.transfer, object = %part.key, role = %copy.role,
                "a part is back in a copy that had lost it");
            look.counts.copies_healed += 1;
            *look.copies.entry(copy.role).or_default() += 1;
        }
        Ok(())
    }

    /// A part as it was sealed. A listing does not show that it is damaged; that comes out here, and is put right first if
    /// another copy can. `None` if nobody has it.
    async fn whole_or_healed(
        &self,
        look: &mut Look,
        part: &StoredPart,
    ) -> Result<Option<Bytes>, TransferError> {
        if let Some(object) = self.whole(look, part).await? {
            return Ok(Some(object));
        }
        self.mend(look, part, true).await?;
        if look.lost.contains(&part.key) { Ok(None) } else { self.whole(look, part).await }
    }
}
