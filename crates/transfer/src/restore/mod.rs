//! Making an installation again of a copy: its tenants, their transfers, and the parts of their files.
//!
//! What it takes is an empty database, the keyring and the vault as they are, and a store that has copies. Everything can be
//! repeated: parts come first and a transfer's rows last, in one transaction, so that what is there is whole.

mod tenant;
mod transfer;

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sealpost_blob::{BlobError, Container, ObjectKey, StoreName};
use sealpost_domain::{TenantId, UploadId};

use crate::{Service, TransferError, replicate::RECORD_SEQUENCE};

/// Transfers that are restored at a time.
const AT_ONCE: usize = 4;

/// What is to be restored, and of what.
#[derive(Debug, Clone)]
pub struct Restoring {
    /// The store that has the copy.
    pub from: StoreName,
    /// Only these tenants; none: all that the keyring knows, which are those that have anything that can be opened.
    pub only: Vec<TenantId>,
    /// Whether to go on with what was begun: the database has tenants of this copy already.
    pub resume: bool,
}

/// What a run of restoring did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Restored {
    /// Tenants that are there now.
    pub tenants: u64,
    /// Tenants of whom the store has no copy.
    pub unknown: u64,
    /// Transfers that are there now.
    pub transfers: u64,
    /// Parts that were copied back.
    pub parts: u64,
    /// Their stored bytes.
    pub bytes: u64,
    /// Transfers whose time is over.
    pub expired: u64,
    /// Transfers whose day's key is gone: they open nowhere any more.
    pub shredded: u64,
    /// Restored transfers of whose files parts are missing.
    pub incomplete: u64,
    /// Transfers that could not be restored; the log says why.
    pub failed: u64,
}

impl Restored {
    fn add(&mut self, other: &Self) {
        self.transfers += other.transfers;
        self.parts += other.parts;
        self.bytes += other.bytes;
        self.expired += other.expired;
        self.shredded += other.shredded;
        self.incomplete += other.incomplete;
        self.failed += other.failed;
    }
}

/// A tenant who is restored: where his copy is, and where his objects go.
struct Site {
    tenant: TenantId,
    copy: Container,
    container: Container,
}

/// The objects of records, with their sizes, by what they are of.
type Records = BTreeMap<UploadId, Vec<(ObjectKey, u64)>>;

impl Service {
    /// Restores tenants of a copy.
    ///
    /// # Errors
    /// [`TransferError::NotReady`] unless the database is empty, or has only tenants that are to be restored when
    /// [`Restoring::resume`] says so; those of the stores. What is wrong with one transfer keeps no other.
    pub async fn restore(&self, what: &Restoring) -> Result<Restored, TransferError> {
        let wanted = if what.only.is_empty() { self.keys().tenants().await? } else { what.only.clone() };
        let present = self.db().read().await?.tenants().await?;
        if !present.is_empty() && !what.resume {
            return Err(TransferError::NotReady(
                "the database has tenants: restore into an empty one, or go on with --resume",
            ));
        }
        if present.iter().any(|tenant| !wanted.contains(&tenant.id)) {
            return Err(TransferError::NotReady("the database has tenants that are not to be restored"));
        }
        let mut counts = Restored::default();
        for tenant in wanted {
            let copy = Container::of_tenant(tenant).in_store(Some(what.from.clone()));
            let records = match self.records_in(&copy).await {
                Err(BlobError::NotFound) => Records::new(),
                records => records?,
            };
            match self.restore_tenant(tenant, copy, &records).await? {
                Some(site) => {
                    counts.tenants += 1;
                    self.restore_transfers(&site, &records, &mut counts).await?;
                }
                None => {
                    tracing::warn!(%tenant, store = %what.from, "the store has no record of the tenant");
                    counts.unknown += 1;
                }
            }
        }
        Ok(counts)
    }

    async fn restore_transfers(
        &self,
        site: &Site,
        records: &Records,
        counts: &mut Restored,
    ) -> Result<(), TransferError> {
        let of_transfers = records.iter().filter(|(id, _)| id.as_uuid() != site.tenant.as_uuid());
        let restored = of_transfers.map(|(id, found)| async move {
            let transfer = id.as_uuid().into();
            match self.restore_transfer(site, transfer, found).await {
                Err(error @ (TransferError::Unavailable(_) | TransferError::StorageFull)) => Err(error),
                Err(error) => {
                    let why = &error as &dyn std::error::Error;
                    tracing::error!(%transfer, error = why, "cannot be restored");
                    Ok(Restored { failed: 1, ..Restored::default() })
                }
                restored => restored,
            }
        });
        let mut restored = std::pin::pin!(stream::iter(restored).buffer_unordered(AT_ONCE));
        while let Some(one) = restored.next().await {
            counts.add(&one?);
        }
        Ok(())
    }

    /// All records that a copy has. Forty bytes each are in memory at a time, and nothing of them is read.
    async fn records_in(&self, copy: &Container) -> Result<Records, BlobError> {
        let mut records = Records::new();
        let mut listed = self.blobs().list(copy, None);
        while let Some(object) = listed.try_next().await? {
            if let Some(key) = object.key.filter(|key| key.sequence == RECORD_SEQUENCE) {
                records.entry(key.upload).or_default().push((key, object.size));
            }
        }
        Ok(records)
    }
}
