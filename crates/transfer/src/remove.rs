//! Removing the objects of what was taken out of a draft.
//!
//! The rows go first, so that a crash leaves objects without rows and never rows without objects. The same transaction
//! notes the prefixes, which are forgotten once nothing lies there any more: so a sweep finds what a failing store or a
//! crash has left, and a purge removes it and names it in its record.

use std::collections::BTreeMap;

use sealpost_blob::Container;
use sealpost_db::Upload;
use sealpost_domain::{FileId, TenantId, UploadId};

use crate::{
    Service, TransferError,
    audit::{By, Event},
    place::Place,
    service::container,
};

/// Prefixes looked at together.
const BATCH: u64 = 100;

/// Why an upload is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Removal {
    /// Nobody has gone on with it.
    Abandoned,
    /// It was refused, which is in the log already, or never was.
    Refused,
    /// Somebody has taken it out.
    TakenOut(By),
}

impl Removal {
    /// What the log says of it.
    fn event(self, upload: &Upload) -> Option<Event> {
        let (file, bytes) = (FileId::from(upload.id), upload.received);
        match self {
            Self::Abandoned => Some(Event::UploadAbandoned { file, bytes }),
            Self::Refused => None,
            Self::TakenOut(by) => Some(Event::FileRemoved { by, file, bytes, complete: false }),
        }
    }
}

impl Service {
    /// Removes an upload that the caller has claimed, and says so in the log.
    pub(crate) async fn remove_upload(&self, upload: &Upload, why: Removal) -> Result<(), TransferError> {
        let container = container(&self.container_name(upload.tenant_id).await?)?;
        let mut tx = self.db().write().await?;
        // The transfer first, as everywhere: a purge that comes at the same moment waits instead of deadlocking.
        tx.transfer_for_update(upload.tenant_id, upload.transfer_id).await?;
        if !tx.delete_upload(upload.id, upload.fence).await? {
            return Err(TransferError::UploadLocked);
        }
        let places = u64::from(!upload.is_partial);
        tx.give_back(upload.transfer_id, places, upload.length.unwrap_or(upload.received)).await?;
        tx.note_removed_uploads(upload.tenant_id, upload.transfer_id, &[upload.id]).await?;
        if let Some(event) = why.event(upload) {
            let place = Place { tenant: upload.tenant_id, transfer: upload.transfer_id };
            event.record(&mut tx, place, self.now()).await?;
        }
        tx.commit().await?;
        self.remove_objects(&container, &[upload.id]).await;
        Ok(())
    }

    /// Removes the objects of uploads that were noted as removed. What fails is left to the next sweep: for whoever wanted
    /// them removed, they are gone.
    pub(crate) async fn remove_objects(&self, container: &Container, uploads: &[UploadId]) {
        let removed = async {
            self.blobs().delete_prefixes(container, uploads).await?;
            let mut tx = self.db().write().await?;
            tx.forget_removed_uploads(uploads).await?;
            Ok::<_, TransferError>(tx.commit().await?)
        };
        if let Err(error) = removed.await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(
                uploads = uploads.len(),
                error,
                "objects of what was removed are left to the next sweep"
            );
        }
    }

    /// Tries again to remove what could not be removed.
    pub(crate) async fn remove_leftovers(&self) -> Result<(), TransferError> {
        let mut last = None;
        loop {
            let page = self.db().read().await?.removed_uploads(last, BATCH).await?;
            let Some(end) = page.last() else { return Ok(()) };
            last = Some(end.upload_id);
            let mut by_tenant: BTreeMap<TenantId, Vec<UploadId>> = BTreeMap::new();
            for removed in page {
                by_tenant.entry(removed.tenant_id).or_default().push(removed.upload_id);
            }
            for (tenant, uploads) in by_tenant {
                self.remove_objects(&container(&self.container_name(tenant).await?)?, &uploads).await;
            }
        }
    }
}
