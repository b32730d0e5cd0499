//! Taking the bytes that come along with the request that begins an upload.

use bytes::Bytes;
use futures_util::Stream;
use sealpost_db::{Claim, File, NewUpload as Row, Upload, UploadState};
use sealpost_domain::{FileId, UploadId};
use sealpost_sealed::UploadKey;

use crate::{
    NewUpload, Service, TransferError, UploadStatus, inspect::Early, intake::Intake, part_writer::PartWriter,
    remove::Removal, seal::Sealing, upload::UploadTarget, writing::Writing,
};

impl Service {
    /// A file that fits into one part and comes along whole: the object first, then its one row. If the connection
    /// breaks before, nobody was told of an upload, and the object is an orphan at most.
    pub(crate) async fn take_small<S, E>(
        &self,
        target: &UploadTarget,
        new: NewUpload,
        body: S,
    ) -> Result<UploadStatus, TransferError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
    {
        let length = new.length.ok_or(TransferError::Invalid("the length is missing"))?;
        let upload = self.new_id(UploadId::new);
        let key = UploadKey::generate(self.random());
        let mut parts =
            PartWriter::new(self, target.place(), target.container.clone(), (upload, key), 0, new.length);
        let mut intake = Intake::new(body, new.checksum.as_ref(), self.limits().stall);
        let (mut received, mut early) = (0, Early::default());
        while let Some(mut bytes) = intake.next().await? {
            received += bytes.len() as u64;
            if received > length {
                return Err(TransferError::TooLarge(length));
            }
            early.take(target, new.metadata.file_name(), &bytes)?;
            parts.write(&mut bytes).await?;
        }
        if received < length {
            return Err(TransferError::BodyBroken);
        }
        intake.verify()?;
        let stored = parts.store().await?;
        let sealing = Sealing {
            file: FileId::from(upload),
            metadata: &new.metadata,
            uploads: vec![(upload, parts.key().clone())],
            parts: stored.iter().cloned().collect(),
        };
        let inserted = match self.seal_file(target, &sealing, early.into_head()).await {
            Ok(file) => self.insert_small(target, &file).await,
            Err(error) => Err(error),
        };
        // After a commit of which nobody knows whether it took place, the object may have its row.
        if matches!(&inserted, Err(error) if !matches!(error, TransferError::Unavailable(_) | TransferError::Internal(_)))
        {
            parts.discard(stored.as_slice()).await;
        }
        inserted?;
        Ok(UploadStatus::complete(upload, length, new.metadata))
    }

    async fn insert_small(&self, target: &UploadTarget, file: &File) -> Result<(), TransferError> {
        let mut tx = self.db().write().await?;
        self.reserve(&mut tx, target, 1, file.length).await?;
        tx.insert_file(file).await?;
        Ok(tx.commit().await?)
    }

    /// Any other upload: its row first, then its bytes.
    pub(crate) async fn take_large<S, E>(
        &self,
        target: &UploadTarget,
        new: NewUpload,
        body: Option<S>,
    ) -> Result<UploadStatus, TransferError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
    {
        let upload = self.insert_upload(target, &new, body.is_some()).await?;
        let id = upload.id;
        let empty = new.length == Some(0);
        if body.is_none() && !empty {
            return target.status(&upload);
        }
        let mut writing = Writing::resume(self, target, upload).await?;
        let taken = match body {
            Some(body) => writing.take(body, new.checksum.as_ref()).await,
            None => Ok(()),
        };
        match writing.end(taken).await {
            // The client knows of no upload yet, and could not ask for it: it gets its place, and goes on from there.
            Err(TransferError::BodyBroken) => {
                let mut conn = self.db().read().await?;
                let upload = conn.upload(target.place().tenant, id).await?.ok_or(TransferError::NotFound)?;
                target.status(&upload)
            }
            Err(error) => {
                self.withdraw(target, id).await;
                Err(error)
            }
            Ok(status) => Ok(status),
        }
    }

    /// Takes back an upload whose creation was refused, or what it brings. Nobody would finish it or give it up, and it
    /// would keep its transfer from being sent. If this fails, it is given up when its time is over.
    pub(crate) async fn withdraw(&self, target: &UploadTarget, id: UploadId) {
        let now = self.now();
        let withdrawn = async {
            let mut tx = self.db().write().await?;
            let until = now + self.limits().upload_lease;
            let claim = tx.claim_upload(target.place().tenant, id, now, until).await?;
            tx.commit().await?;
            match claim {
                Claim::Claimed(upload) => self.remove_upload(&upload, Removal::Refused).await,
                Claim::Held | Claim::Missing => Ok(()),
            }
        };
        if let Err(error) = withdrawn.await {
            tracing::warn!(upload = %id, error = &error as &dyn std::error::Error, "an upload was left behind");
        }
    }

    async fn insert_upload(
        &self,
        target: &UploadTarget,
        new: &NewUpload,
        writes: bool,
    ) -> Result<Upload, TransferError> {
        let (place, now) = (target.place(), self.now());
        let id = self.new_id(UploadId::new);
        let key = UploadKey::generate(self.random());
        let wrapped = target.content_key.wrap_upload_key(&key, place.upload_key(id), self.random());
        let metadata = target.content_key.seal_column(
            place.metadata(id),
            new.metadata.header().as_bytes(),
            self.random(),
        );
        let writes = writes || new.length == Some(0);
        let leased_until = if writes { now + self.limits().upload_lease } else { Row::FREE };
        let row = Row {
            id,
            tenant_id: place.tenant,
            transfer_id: place.transfer,
            is_partial: new.partial,
            length: new.length,
            upload_key: &wrapped,
            metadata: &metadata,
            created_at: now,
            expires_at: target.upload_expiry(now),
            leased_until,
        };
        let mut tx = self.db().write().await?;
        // A partial upload takes room now and a file's place when it is joined.
        self.reserve(&mut tx, target, u64::from(!new.partial), new.length.unwrap_or(0)).await?;
        tx.insert_upload(&row).await?;
        tx.commit().await?;
        Ok(Upload {
            id,
            tenant_id: row.tenant_id,
            transfer_id: row.transfer_id,
            state: UploadState::Open,
            is_partial: row.is_partial,
            file_id: None,
            length: row.length,
            received: 0,
            next_sequence: 0,
            expires_at: row.expires_at,
            created_at: now,
            fence: if writes { Row::FENCE } else { 0 },
            leased_until,
            upload_key: Some(wrapped),
            metadata,
        })
    }
}
