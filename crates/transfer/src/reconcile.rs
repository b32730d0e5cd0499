//! Objects that belong to nothing: left by crashes between storing a part and giving it its row, or in a copy by one between
//! its making and a purge.

use futures_util::TryStreamExt as _;
use sealpost_blob::Container;
use sealpost_db::{StoreCheck, Tenant};
use sealpost_domain::{Timestamp, UploadId};

use crate::{Service, TransferError, service::container};

/// Prefixes asked for together.
const BATCH: usize = 500;

/// What a run of the reconciler found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Objects that were looked at.
    pub seen: u64,
    /// Objects without an owner that were removed.
    pub removed: u64,
    /// Objects whose names are none of ours; they are left alone.
    pub foreign: u64,
    /// Containers that could not be looked through to their end.
    pub failed: u64,
}

impl Service {
    /// Lists all containers and their copies, each by itself, and removes what is a day old and belongs to no upload, no
    /// file, and as a record to no transfer and no tenant.
    ///
    /// # Errors
    /// Those of the database. A container that fails is left to the next run, and keeps no other from being looked at.
    pub async fn reconcile_orphans(&self) -> Result<Reconciled, TransferError> {
        let tenants = self.db().read().await?.tenants().await?;
        let mut counts = Reconciled::default();
        for tenant in tenants {
            if let Err(error) = self.reconcile(&tenant, &mut counts).await {
                let error = &error as &dyn std::error::Error;
                tracing::error!(tenant = %tenant.slug, error, "the container cannot be looked through");
                counts.failed += 1;
            }
        }
        Ok(counts)
    }

    async fn reconcile(&self, tenant: &Tenant, all: &mut Reconciled) -> Result<(), TransferError> {
        let container = container(&tenant.container)?;
        let copies = self.blobs().copies(&container).into_iter().map(|copy| copy.container);
        let mut counts = Reconciled::default();
        let mut looked = Ok(());
        for place in std::iter::once(container.clone()).chain(copies) {
            // One that fails keeps no other from being looked at, here neither.
            if let Err(error) = self.look_through(&place, &mut counts).await {
                tracing::debug!(container = %place, "not looked through");
                looked = looked.and(Err(error));
            }
        }
        all.seen += counts.seen;
        all.removed += counts.removed;
        all.foreign += counts.foreign;
        looked?;
        let Reconciled { seen, removed, foreign: unknown, .. } = counts;
        let mut tx = self.db().write().await?;
        tx.note_store_check(tenant.id, &StoreCheck { at: self.now(), seen, removed, unknown }).await?;
        Ok(tx.commit().await?)
    }

    async fn look_through(
        &self,
        container: &Container,
        counts: &mut Reconciled,
    ) -> Result<(), TransferError> {
        let old: Timestamp = self.now() - self.limits().orphan_age;
        let mut prefixes: Vec<UploadId> = Vec::with_capacity(BATCH);
        let mut listed = self.blobs().list(container, None);
        while let Some(object) = listed.try_next().await? {
            counts.seen += 1;
            match object.key {
                None => counts.foreign += 1,
                // A younger object may be one whose row is about to be committed.
                Some(key) if object.modified <= old && prefixes.last() != Some(&key.upload) => {
                    prefixes.push(key.upload)
                }
                Some(_) => {}
            }
            if prefixes.len() == BATCH {
                self.remove_unowned(container, &mut prefixes, counts).await?;
            }
        }
        self.remove_unowned(container, &mut prefixes, counts).await
    }

    async fn remove_unowned(
        &self,
        container: &Container,
        prefixes: &mut Vec<UploadId>,
        counts: &mut Reconciled,
    ) -> Result<(), TransferError> {
        prefixes.sort_unstable();
        prefixes.dedup();
        let unowned = self.db().read().await?.unowned_uploads(prefixes).await?;
        for upload in unowned {
            counts.removed += self.blobs().delete_prefix(container, upload).await?;
        }
        prefixes.clear();
        Ok(())
    }
}
