//! Metadata records: what a copy says of a transfer or a tenant, so that a database can be made of it again.

use futures_util::TryStreamExt as _;
use sealpost_blob::{BlobError, Container, ObjectKey};
use sealpost_db::{RECORD_SCHEMA, RecordRow};
use sealpost_domain::{Epoch, Timestamp, TransferId, UploadId};
use sealpost_sealed::{RecordHeader, TransferRecordContext};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Reached, Replicated, Wanted, Work};
use crate::{Service, TransferError};

/// Where records stand among the objects below an id: no upload has so many parts.
pub(crate) const RECORD_SEQUENCE: u64 = u64::MAX;

/// What a record says once it is opened.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordContent {
    /// The number of the schema whose rows these are.
    pub(crate) schema: u64,
    /// When it was made: of two, the later one counts.
    pub(crate) made_at: i64,
    /// Rows as they were, whoever is referred to first.
    pub(crate) rows: Vec<ContentRow>,
}

/// A row and its table.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContentRow {
    pub(crate) table: String,
    pub(crate) row: Value,
}

impl RecordContent {
    fn of(rows: Vec<RecordRow>, at: Timestamp) -> Result<Self, TransferError> {
        let rows = rows.into_iter().map(|row| {
            let content = serde_json::from_str(&row.content).map_err(TransferError::internal)?;
            Ok(ContentRow { table: row.table_name, row: content })
        });
        let rows = rows.collect::<Result<_, TransferError>>()?;
        Ok(Self { schema: RECORD_SCHEMA, made_at: at.unix_millis(), rows })
    }

    fn to_bytes(&self) -> Result<Vec<u8>, TransferError> {
        serde_json::to_vec(self).map_err(TransferError::internal)
    }
}

impl Service {
    pub(super) async fn write_transfer_record(
        &self,
        work: &Work<'_>,
        id: TransferId,
        counts: &mut Replicated,
    ) -> Result<Reached, TransferError> {
        let now = self.now();
        let rows = self.db().read().await?.record_of_transfer(id).await?;
        let Some(epoch) = epoch(&rows)? else {
            let wanted = self.still_wanted(work).await?;
            return self.stop(work, wanted).await;
        };
        let tenant = work.due.tenant_id;
        let Some(key) = self.keys().existing_epoch_key(tenant, epoch).await? else {
            return Ok(Reached::Whole);
        };
        let content = RecordContent::of(rows, now)?.to_bytes()?;
        let place = TransferRecordContext {
            tenant: tenant.into_bytes(),
            transfer: id.into_bytes(),
            day: epoch.days(),
        };
        let object = key.seal_record(place, &content, self.random());
        let mine = self.put_record(work, object).await?;
        match self.still_wanted(work).await? {
            Wanted::Yes(_) => {
                self.remove_older_records(work, &mine).await?;
                counts.records += 1;
                Ok(Reached::Whole)
            }
            Wanted::TakenOver => {
                // Whoever has taken over writes one that is newer, or has done so already.
                self.blobs().delete(&work.copy, &mine).await?;
                Ok(Reached::TakenOver)
            }
            stopped => self.stop(work, stopped).await,
        }
    }

    pub(super) async fn write_tenant_record(
        &self,
        work: &Work<'_>,
        counts: &mut Replicated,
    ) -> Result<Reached, TransferError> {
        let (now, id) = (self.now(), work.due.tenant_id);
        if !self.stays(id).await? {
            return Ok(Reached::Whole);
        }
        let mut conn = self.db().read().await?;
        let rows = conn.record_of_tenant(id).await?;
        let Some(tenant) = conn.tenant(id).await? else { return Ok(Reached::Whole) };
        drop(conn);
        let key = self.keys().tenant_key(id, &tenant.tenant_key).await?;
        let content = RecordContent::of(rows, now)?.to_bytes()?;
        let object = key.seal_record(id.into_bytes(), &tenant.tenant_key, &content, self.random())?;
        let mine = match self.put_record(work, object).await {
            Err(TransferError::NotFound) => return Ok(Reached::Whole),
            put => put?,
        };
        // His containers may have been deleted meanwhile, and this one made again.
        if !self.stays(id).await? {
            self.blobs().delete_container(&work.copy).await?;
            return Ok(Reached::Whole);
        }
        let mut tx = self.db().write().await?;
        let ours = tx.renew_replication(work.due, work.claim, self.now() + super::LEASE).await?;
        tx.commit().await?;
        if !ours {
            self.blobs().delete(&work.copy, &mine).await?;
            return Ok(Reached::TakenOver);
        }
        self.remove_older_records(work, &mine).await?;
        counts.records += 1;
        Ok(Reached::Whole)
    }

    async fn put_record(&self, work: &Work<'_>, object: Vec<u8>) -> Result<ObjectKey, TransferError> {
        let attempt = RecordHeader::attempt(&object)?;
        let key = ObjectKey::new(work.due.subject_id.into(), RECORD_SEQUENCE, attempt);
        let object = bytes::Bytes::from(object);
        match self.blobs().put(&work.copy, &key, vec![object.clone()]).await {
            Err(BlobError::NotFound) => {
                self.make_copy_container(work.due.tenant_id, &work.copy).await?;
                self.blobs().put(&work.copy, &key, vec![object]).await?;
            }
            put => put?,
        }
        Ok(key)
    }

    async fn remove_older_records(&self, work: &Work<'_>, mine: &ObjectKey) -> Result<(), TransferError> {
        for older in self.records_of(&work.copy, mine.upload).await? {
            if older != *mine {
                self.blobs().delete(&work.copy, &older).await?;
            }
        }
        Ok(())
    }

    /// The records that a copy has of a transfer or tenant.
    pub(crate) async fn records_of(
        &self,
        copy: &Container,
        subject: UploadId,
    ) -> Result<Vec<ObjectKey>, TransferError> {
        let listed = self.blobs().list(copy, Some(subject));
        let keys = listed.try_filter_map(|object| {
            let key = object.key.filter(|key| key.sequence == RECORD_SEQUENCE);
            futures_util::future::ok(key)
        });
        Ok(keys.try_collect().await?)
    }
}

/// The expiry day of the transfer in these rows; `None` if it is not among them.
fn epoch(rows: &[RecordRow]) -> Result<Option<Epoch>, TransferError> {
    #[derive(Deserialize)]
    struct Day {
        epoch: i64,
    }
    let row = rows.iter().find(|row| row.table_name == "transfers");
    let day = row.map(|row| serde_json::from_str::<Day>(&row.content)).transpose();
    Ok(day.map_err(TransferError::internal)?.map(|day| Epoch::from_days(day.epoch)))
}
