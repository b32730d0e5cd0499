//! Purging: keys first, blobs next, rows last, and a record of it.
//!
//! Every step can be repeated. Once the first is committed the transfer is unreadable for good, whatever happens to the
//! others; a crash or a failing store only delays them.

use std::collections::HashMap;

use sealpost_auth::SenderSession;
use sealpost_blob::Container;
use sealpost_db::{DueTransfer, Purge, PurgeReason, Transfer};
use sealpost_domain::{TenantId, Timestamp, TransferId, UploadId};

use crate::{Service, TransferError, audit::Event, place::Place, service::container};

/// Transfers purged together: their rows share two transactions.
const BATCH: u64 = 100;

/// What a run of purging did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PurgeCounts {
    /// Transfers of which nothing is left.
    pub purged: u64,
    /// Transfers whose blobs could not be removed yet; they are unreadable, and tried again.
    pub postponed: u64,
}

impl Service {
    /// Purges one of the sender's transfers now.
    ///
    /// # Errors
    /// [`TransferError::NotFound`], [`TransferError::Gone`]; [`TransferError::Unavailable`] if the blob store fails, when
    /// the transfer is unreadable already and the rest follows by itself.
    pub async fn purge_now(&self, session: &SenderSession, id: TransferId) -> Result<(), TransferError> {
        session.require_send()?;
        let row = self.seen(session, id).await?;
        self.purge(row.tenant_id, id).await
    }

    /// Purges a transfer, whatever its state; fine if it is gone.
    ///
    /// # Errors
    /// [`TransferError::Unavailable`], [`TransferError::Internal`].
    pub async fn purge(&self, tenant: TenantId, id: TransferId) -> Result<(), TransferError> {
        let started = self.start_purge(&[DueTransfer { tenant_id: tenant, id }]).await?;
        for transfer in &started {
            let removed = self.remove_blobs(transfer, &mut HashMap::new()).await?;
            self.finish_purge(&[(transfer, removed)]).await?;
        }
        Ok(())
    }

    /// Purges everything whose time is over. Memory stays the same however much that is.
    ///
    /// # Errors
    /// Those of the database; a failing blob store postpones only what it fails for.
    pub async fn purge_expired(&self) -> Result<PurgeCounts, TransferError> {
        let mut counts = PurgeCounts::default();
        let mut containers = HashMap::new();
        loop {
            let due = self.db().read().await?.due_for_purge(self.now(), BATCH + counts.postponed).await?;
            let started = self.start_purge(&due).await?;
            let mut removed = Vec::with_capacity(started.len());
            let mut failed = 0;
            for transfer in &started {
                match self.remove_blobs(transfer, &mut containers).await {
                    Ok(prefixes) => removed.push((transfer, prefixes)),
                    Err(error) => {
                        failed += 1;
                        tracing::warn!(transfer = %transfer.id, error = &error as &dyn std::error::Error, "purge postponed");
                    }
                }
            }
            self.finish_purge(&removed).await?;
            counts.purged += removed.len() as u64;
            counts.postponed = failed;
            if removed.is_empty() {
                return Ok(counts);
            }
        }
    }

    /// Step 1: state and keys. Gives the transfers that are still there.
    async fn start_purge(&self, due: &[DueTransfer]) -> Result<Vec<Transfer>, TransferError> {
        let mut started = Vec::with_capacity(due.len());
        if due.is_empty() {
            return Ok(started);
        }
        let now = self.now();
        let mut tx = self.db().write().await?;
        let mut entries = Vec::new();
        for DueTransfer { tenant_id, id } in due {
            let Some(row) = tx.transfer_for_update(*tenant_id, *id).await? else {
                continue;
            };
            if tx.start_purge(*id, now).await? {
                entries.push((place(&row), Event::PurgeStarted { reason: reason(&row, now) }));
            }
            started.push(row);
        }
        for (place, event) in entries {
            event.record(&mut tx, place, now).await?;
        }
        tx.commit().await?;
        Ok(started)
    }

    /// Step 2: everything under the prefixes of the transfer's uploads. Gives the prefixes.
    async fn remove_blobs(
        &self,
        transfer: &Transfer,
        containers: &mut HashMap<TenantId, Container>,
    ) -> Result<Vec<UploadId>, TransferError> {
        let container = match containers.get(&transfer.tenant_id) {
            Some(known) => known.clone(),
            None => {
                let named = container(&self.container_name(transfer.tenant_id).await?)?;
                containers.insert(transfer.tenant_id, named.clone());
                named
            }
        };
        let mut conn = self.db().read().await?;
        let mut prefixes: Vec<UploadId> =
            conn.file_entries(transfer.id).await?.into_iter().map(|file| file.id.into()).collect();
        prefixes.extend(conn.upload_ids(transfer.id).await?);
        drop(conn);
        for prefix in &prefixes {
            self.blobs().delete_prefix(&container, *prefix).await?;
        }
        Ok(prefixes)
    }

    /// Step 3: rows out, record in.
    async fn finish_purge(&self, removed: &[(&Transfer, Vec<UploadId>)]) -> Result<(), TransferError> {
        if removed.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let mut tx = self.db().write().await?;
        let mut entries = Vec::with_capacity(removed.len());
        for (transfer, prefixes) in removed {
            let totals = tx.transfer_totals(transfer.id).await?;
            let purge = Purge {
                transfer_id: transfer.id,
                tenant_id: transfer.tenant_id,
                sender_id: transfer.sender_id,
                files: totals.files,
                objects: totals.objects,
                bytes: totals.bytes,
                recipients: totals.recipients,
                epoch: transfer.epoch,
                prefixes: prefixes.clone(),
                reason: reason(transfer, transfer.purge_started_at.unwrap_or(now)),
                expires_at: transfer.expires_at,
                purged_at: now,
            };
            if tx.delete_transfer(transfer.id).await? && tx.insert_purge(&purge).await? {
                let Purge { files, objects, bytes, recipients, .. } = purge;
                entries.push((place(transfer), Event::Purged { files, objects, bytes, recipients }));
            }
        }
        for (place, event) in entries {
            event.record(&mut tx, place, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The name of a tenant's container.
    pub(crate) async fn container_name(&self, tenant: TenantId) -> Result<String, TransferError> {
        let row = self.db().read().await?.tenant(tenant).await?;
        Ok(row.ok_or(TransferError::NotFound)?.container)
    }
}

const fn place(row: &Transfer) -> Place {
    Place { tenant: row.tenant_id, transfer: row.id }
}

fn reason(row: &Transfer, at: Timestamp) -> PurgeReason {
    if row.expires_at <= at { PurgeReason::Expired } else { PurgeReason::Deleted }
}
