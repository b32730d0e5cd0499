//! Purging: keys first, blobs next, rows last, and a record of it.
//!
//! Every step can be repeated. Once the first is committed the transfer is unreadable for good, whatever happens to the
//! others; a crash or a failing store only delays them.

use std::collections::HashMap;

use sealpost_auth::SenderSession;
use sealpost_blob::Container;
use sealpost_db::{DueTransfer, Purge, PurgeReason, Transfer};
use sealpost_domain::{TenantId, Timestamp, TransferId, TransferState, UploadId, UserId};

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

/// Why a transfer is purged.
#[derive(Debug, Clone, Copy)]
enum Cause {
    /// Its time is over.
    Due,
    /// Somebody wants it, whatever its state.
    Wanted(Option<UserId>),
}

impl Cause {
    /// Whether it is one for the row as it stands now: what was due when it was looked for may have got another end since,
    /// by a node whose clock lags.
    fn holds(self, row: &Transfer, now: Timestamp) -> bool {
        matches!(self, Self::Wanted(_)) || row.purge_started_at.is_some() || row.expires_at <= now
    }

    const fn by(self) -> Option<UserId> {
        match self {
            Self::Due => None,
            Self::Wanted(by) => by,
        }
    }
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
        self.purge_one(row.tenant_id, id, Cause::Wanted(Some(session.user()))).await
    }

    /// Purges a transfer, whatever its state; fine if it is gone.
    ///
    /// # Errors
    /// [`TransferError::Unavailable`], [`TransferError::Internal`].
    pub async fn purge(&self, tenant: TenantId, id: TransferId) -> Result<(), TransferError> {
        self.purge_one(tenant, id, Cause::Wanted(None)).await
    }

    async fn purge_one(&self, tenant: TenantId, id: TransferId, cause: Cause) -> Result<(), TransferError> {
        let started = self.start_purge(&[DueTransfer { tenant_id: tenant, id }], cause).await?;
        for transfer in &started {
            let removed = self.remove_blobs(transfer, &mut HashMap::new()).await?;
            self.finish_purge(&[(transfer, removed)]).await?;
        }
        Ok(())
    }

    /// Purges everything whose time is over. Memory stays the same however much that is.
    ///
    /// # Errors
    /// Those of the database; a failing blob store, or a row that cannot be read, postpones only what it fails for.
    pub async fn purge_expired(&self) -> Result<PurgeCounts, TransferError> {
        let mut counts = PurgeCounts::default();
        let mut containers = HashMap::new();
        loop {
            let due = self.db().read().await?.due_for_purge(self.now(), BATCH + counts.postponed).await?;
            let done = match self.purge_batch(&due, &mut containers).await {
                Err(TransferError::Internal(_)) => self.purge_singly(&due, &mut containers).await?,
                done => done?,
            };
            counts.purged += done.purged;
            counts.postponed = done.postponed;
            if done.purged == 0 {
                return Ok(counts);
            }
        }
    }

    /// One after the other: what cannot be purged keeps nothing else from it.
    async fn purge_singly(
        &self,
        due: &[DueTransfer],
        containers: &mut HashMap<TenantId, Container>,
    ) -> Result<PurgeCounts, TransferError> {
        let mut counts = PurgeCounts::default();
        for transfer in due {
            match self.purge_batch(std::slice::from_ref(transfer), containers).await {
                Ok(done) => {
                    counts.purged += done.purged;
                    counts.postponed += done.postponed;
                }
                Err(error @ TransferError::Internal(_)) => {
                    counts.postponed += 1;
                    tracing::error!(transfer = %transfer.id, error = &error as &dyn std::error::Error, "cannot be purged");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(counts)
    }

    async fn purge_batch(
        &self,
        due: &[DueTransfer],
        containers: &mut HashMap<TenantId, Container>,
    ) -> Result<PurgeCounts, TransferError> {
        let started = self.start_purge(due, Cause::Due).await?;
        let mut removed = Vec::with_capacity(started.len());
        let mut postponed = 0;
        for transfer in &started {
            match self.remove_blobs(transfer, containers).await {
                Ok(prefixes) => removed.push((transfer, prefixes)),
                Err(error) => {
                    postponed += 1;
                    tracing::warn!(transfer = %transfer.id, error = &error as &dyn std::error::Error, "purge postponed");
                }
            }
        }
        self.finish_purge(&removed).await?;
        Ok(PurgeCounts { purged: removed.len() as u64, postponed })
    }

    /// Step 1: state and keys. Gives the transfers that are still there, and still due if that is why.
    async fn start_purge(&self, due: &[DueTransfer], cause: Cause) -> Result<Vec<Transfer>, TransferError> {
        let mut started = Vec::with_capacity(due.len());
        if due.is_empty() {
            return Ok(started);
        }
        let now = self.now();
        let mut tx = self.db().write().await?;
        let mut events = Vec::new();
        for DueTransfer { tenant_id, id } in due {
            let Some(row) = tx.transfer_for_update(*tenant_id, *id).await? else {
                continue;
            };
            if !cause.holds(&row, now) {
                continue;
            }
            if tx.start_purge(*id, now).await? {
                if row.state == TransferState::Draft {
                    // A part that comes from now on would be stored behind the back of what removes them.
                    tx.fence_off_uploads(*id).await?;
                }
                events.push((place(&row), Event::PurgeStarted { reason: reason(&row, now), by: cause.by() }));
            }
            started.push(row);
        }
        Event::record_all(&mut tx, events, now).await?;
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
        let mut events = Vec::with_capacity(removed.len());
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
                events.push((place(transfer), Event::Purged { files, objects, bytes, recipients }));
            }
        }
        Event::record_all(&mut tx, events, now).await?;
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
