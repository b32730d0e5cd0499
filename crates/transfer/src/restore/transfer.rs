//! A transfer, of its record: parts first, rows last.

use std::collections::HashSet;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sealpost_blob::{BlobError, ObjectKey};
use sealpost_domain::{Epoch, Job, Timestamp, TransferId, TransferState, UploadId};
use sealpost_sealed::{RecordHeader, TransferRecordContext};
use uuid::Uuid;

use super::{
    Restored, Site,
    tenant::{Found, later},
};
use crate::{
    Service, TransferError,
    replicate::{ContentRow, RecordContent},
};

/// Parts of a transfer that are copied at a time: of 8 MiB as a rule, and 64 MiB at most.
const PARTS_AT_ONCE: usize = 2;

impl Service {
    /// Restores it unless it is there, its time is over, or its day's key is gone.
    pub(super) async fn restore_transfer(
        &self,
        site: &Site,
        id: TransferId,
        found: &[Found],
    ) -> Result<Restored, TransferError> {
        if self.db().read().await?.transfer(site.tenant, id).await?.is_some() {
            return Ok(Restored { transfers: 1, ..Restored::default() });
        }
        let mut latest = None;
        for (key, size) in found {
            let object = self.blobs().get(&site.copy, key, 0..*size).await?;
            let Some(content) = self.open_transfer_record(site, id, &object).await? else { continue };
            latest = Some(later(latest, content));
        }
        let Some(record) = latest else { return Ok(Restored { shredded: 1, ..Restored::default() }) };
        let ends = record.number("transfers", "expires_at").ok_or(TransferError::Damaged)?;
        if Timestamp::from_unix_millis(ends) <= self.now() {
            return Ok(Restored { expired: 1, ..Restored::default() });
        }
        let mut counts = Restored { transfers: 1, ..Restored::default() };
        let missing = self.restore_parts(site, &record, &mut counts).await?;
        counts.incomplete += u64::from(missing);
        self.restore_rows(site, id, record).await?;
        Ok(counts)
    }

    /// `None` if its day's key is gone.
    async fn open_transfer_record(
        &self,
        site: &Site,
        id: TransferId,
        object: &[u8],
    ) -> Result<Option<RecordContent>, TransferError> {
        let (RecordHeader::Transfer(day), _) = RecordHeader::read(object)? else {
            return Err(TransferError::Damaged);
        };
        let key = self.keys().existing_epoch_key(site.tenant, Epoch::from_days(day)).await?;
        let Some(key) = key else { return Ok(None) };
        let (tenant, transfer) = (site.tenant.into_bytes(), id.into_bytes());
        let opened = key.open_record(TransferRecordContext { tenant, transfer, day }, object)?;
        RecordContent::read(&opened).map(Some)
    }

    /// Copies back what the container lacks, and says whether the copy itself lacks any.
    async fn restore_parts(
        &self,
        site: &Site,
        record: &RecordContent,
        counts: &mut Restored,
    ) -> Result<bool, TransferError> {
        let prefixes = record.prefixes()?;
        let there = self.sizes(&site.copy, &prefixes).await?;
        let here = self.sizes(&site.container, &prefixes).await?;
        let copied = there.iter().filter(|(key, size)| here.get(key) != Some(size)).map(|(key, size)| {
            let is_torn = here.contains_key(key);
            async move { self.restore_part(site, key, *size, is_torn).await.map(|whole| (whole, *size)) }
        });
        let mut copied = std::pin::pin!(stream::iter(copied).buffer_unordered(PARTS_AT_ONCE));
        let mut lost = 0;
        while let Some((is_whole, size)) = copied.try_next().await? {
            if is_whole {
                counts.parts += 1;
                counts.bytes += size;
            } else {
                lost += 1;
            }
        }
        let numbers: HashSet<_> = there.keys().map(|key| (key.upload, key.sequence)).collect();
        Ok(lost > 0 || (numbers.len() as u64) < record.objects())
    }

    /// `false` if the copy's object is not what its name says.
    async fn restore_part(
        &self,
        site: &Site,
        key: &ObjectKey,
        size: u64,
        is_torn: bool,
    ) -> Result<bool, TransferError> {
        let object = match self.blobs().get(&site.copy, key, 0..size).await {
            Err(BlobError::NotFound | BlobError::Truncated { .. }) => return Ok(false),
            got => got?,
        };
        if !object.starts_with(&key.attempt) {
            tracing::error!(object = %key, "the copy of a part is damaged");
            return Ok(false);
        }
        if is_torn {
            self.blobs().delete(&site.container, key).await?;
        }
        match self.blobs().put(&site.container, key, vec![object]).await {
            Ok(()) | Err(BlobError::AlreadyExists) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    async fn restore_rows(
        &self,
        site: &Site,
        id: TransferId,
        record: RecordContent,
    ) -> Result<(), TransferError> {
        let is_sealed = record.field("transfers", "state") == Some(TransferState::Sealed.as_str());
        let mut tx = self.db().write().await?;
        for row in record.rows.into_iter().map(ContentRow::into_row) {
            tx.restore_row(&row).await?;
        }
        tx.recount_files(id).await?;
        if is_sealed {
            // Its job has gone with the queue: nobody else would look into it and let it go out.
            let job = Job::ReleaseTransfer { tenant: site.tenant, transfer: id };
            self.enqueue(&mut tx, &job, self.now()).await?;
        }
        Ok(tx.commit().await?)
    }
}

impl RecordContent {
    /// The prefixes of the objects of its files.
    fn prefixes(&self) -> Result<Vec<UploadId>, TransferError> {
        let rows = self.rows.iter().filter(|row| matches!(row.table.as_str(), "files" | "uploads"));
        let ids = rows.map(|row| {
            let id = row.row.get("id").and_then(|id| id.as_str()).ok_or(TransferError::Damaged)?;
            Uuid::try_parse(id).map(UploadId::from).map_err(TransferError::internal)
        });
        let mut ids: Vec<_> = ids.collect::<Result<_, TransferError>>()?;
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// How many parts its files have.
    fn objects(&self) -> u64 {
        let files = self.rows.iter().filter(|row| row.table == "files");
        files.filter_map(|row| row.row.get("objects")?.as_u64()).sum()
    }
}
