//! Beginning an upload, and asking how far it is.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::Stream;
use sealpost_auth::{AddGrant, UploadGrant};
use sealpost_blob::Container;
use sealpost_db::{File, Transfer, Upload, UploadState};
use sealpost_domain::{FileId, Policy, Timestamp, TransferEvent, TransferId, UploadId, rules::FileKinds};
use sealpost_policy::Rules;
use sealpost_sealed::{ContentKey, range};
use uuid::Uuid;

use crate::{
    Checksum, Service, TransferError, UploadMetadata, audit::By, place::Place, service::container,
    unlock::Unlocked,
};

/// What a client wants to upload.
#[derive(Debug, Clone)]
pub struct NewUpload {
    /// Plaintext bytes; `None` to say so later.
    pub length: Option<u64>,
    /// Whether it is to be joined with others into a file.
    pub partial: bool,
    /// What the client says of the file.
    pub metadata: UploadMetadata,
    /// The checksum of the body that comes along.
    pub checksum: Option<Checksum>,
    /// How long that body is, as far as announced.
    pub body_length: Option<u64>,
}

/// What an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadKind {
    /// A file, joined from others.
    Final,
    /// A slice of a file, to be joined.
    Partial,
    /// A file.
    Whole,
}

/// How far an upload is.
#[derive(Debug, Clone)]
pub struct UploadStatus {
    /// Which. A file that came in one piece is asked for by the same id when it is complete.
    pub id: UploadId,
    /// What it is.
    pub kind: UploadKind,
    /// The partial uploads that a final one was joined from, in order.
    pub pieces: Vec<UploadId>,
    /// Plaintext bytes, if known.
    pub length: Option<u64>,
    /// Plaintext bytes stored: they survive whatever happens to this process.
    pub received: u64,
    /// What the client said of it.
    pub metadata: UploadMetadata,
    /// When it is given up unless bytes come; `None` once complete.
    pub expires_at: Option<Timestamp>,
    /// Whether the last byte is in.
    pub complete: bool,
}

impl UploadStatus {
    /// Of a file that has just come in and was not joined. Asked for later it says the same, from its manifest.
    pub(crate) const fn complete(id: UploadId, length: u64, metadata: UploadMetadata) -> Self {
        Self {
            id,
            kind: UploadKind::Whole,
            pieces: Vec::new(),
            length: Some(length),
            received: length,
            metadata,
            expires_at: None,
            complete: true,
        }
    }
}

impl Service {
    /// Begins an upload, and takes the bytes that come along.
    ///
    /// A small file that comes along whole is stored with one object and one row. For any other, the upload is there
    /// from before the first byte, so that a broken connection loses nothing that was acknowledged.
    ///
    /// # Errors
    /// [`TransferError::NotFound`], [`TransferError::State`] unless the transfer is a draft, [`TransferError::TypeRefused`],
    /// [`TransferError::TooLarge`], [`TransferError::TooManyFiles`], and those of [`Self::append`].
    pub async fn begin_upload<S, E>(
        &self,
        grant: &AddGrant,
        transfer: TransferId,
        new: NewUpload,
        body: Option<S>,
    ) -> Result<UploadStatus, TransferError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
    {
        let target = self.upload_target(grant, transfer).await?;
        check_lengths(grant, &new)?;
        target.check_sealed(&new)?;
        self.check_replica_keeps_up().await?;
        if !new.partial
            && !target.is_sealed_by_sender()
            && let Err(refused) = target.check_name(new.metadata.file_name())
        {
            return Err(self.note_refused(&target, refused).await);
        }
        let taken = match body {
            Some(body) if whole_at_once(&new) && !target.is_sealed_by_sender() => {
                self.take_small(&target, new, body).await
            }
            body => self.take_large(&target, new, body).await,
        };
        match taken {
            Err(error) => Err(self.note_refused(&target, error).await),
            taken => taken,
        }
    }

    /// How far an upload is.
    ///
    /// # Errors
    /// [`TransferError::NotFound`], also once it was given up.
    pub async fn upload_status(
        &self,
        grant: &UploadGrant,
        id: UploadId,
    ) -> Result<UploadStatus, TransferError> {
        let mut conn = self.db().read().await?;
        if let Some(upload) = conn.upload(grant.tenant(), id).await? {
            drop(conn);
            let target = self.upload_target(grant, upload.transfer_id).await?;
            let gone = upload.state == UploadState::Joined || upload.expires_at <= self.now();
            return if gone { Err(TransferError::NotFound) } else { target.status(&upload) };
        }
        let file =
            conn.file_of_tenant(grant.tenant(), FileId::from(id)).await?.ok_or(TransferError::NotFound)?;
        drop(conn);
        self.upload_target(grant, file.transfer_id).await?.file_status(&file)
    }

    /// The draft that uploads go to, if the grant reaches it.
    pub(crate) async fn upload_target(
        &self,
        grant: &UploadGrant,
        transfer: TransferId,
    ) -> Result<UploadTarget, TransferError> {
        let mut conn = self.db().read().await?;
        let row = conn.transfer(grant.tenant(), transfer).await?;
        let fills = |row: &Transfer| grant.fills((row.tenant_id, row.sender_id), row.id, row.source());
        let row = row.filter(fills).ok_or(TransferError::NotFound)?;
        row.state.at(self.now(), row.expires_at).after(TransferEvent::Seal)?;
        let rules = self.policies().current(&mut conn, grant.tenant(), grant.tenant_key()).await?;
        drop(conn);
        let transfer = self.unlock(row).await?;
        let content_key = transfer.content_key()?.ok_or(TransferError::NotFound)?;
        Ok(UploadTarget {
            by: By::of(&transfer.row, grant.user()),
            rules,
            kinds: grant.kinds().cloned(),
            transfer,
            content_key,
            container: container(grant.container())?,
            policy: grant.policy().clone(),
        })
    }
}

/// A draft with what it takes to add files to it.
pub(crate) struct UploadTarget {
    /// Who adds them.
    pub(crate) by: By,
    /// The tenant's rules at this moment.
    pub(crate) rules: Arc<Rules>,
    /// Kinds of files that were asked for, if they are fewer than the rules let pass.
    pub(crate) kinds: Option<FileKinds>,
    pub(crate) transfer: Unlocked,
    pub(crate) content_key: ContentKey,
    pub(crate) container: Container,
    pub(crate) policy: Policy,
}

impl UploadTarget {
    pub(crate) const fn place(&self) -> Place {
        self.transfer.place
    }

    pub(crate) fn open_metadata(
        &self,
        upload: UploadId,
        sealed: &[u8],
    ) -> Result<UploadMetadata, TransferError> {
        UploadMetadata::parse(&self.content_key.open_text(self.place().metadata(upload), sealed)?)
    }

    pub(crate) fn status(&self, upload: &Upload) -> Result<UploadStatus, TransferError> {
        let complete = upload.state != UploadState::Open;
        Ok(UploadStatus {
            id: upload.id,
            kind: if upload.is_partial { UploadKind::Partial } else { UploadKind::Whole },
            pieces: Vec::new(),
            length: upload.length,
            received: upload.received,
            metadata: self.open_metadata(upload.id, &upload.metadata)?,
            expires_at: Some(upload.expires_at),
            complete,
        })
    }

    pub(crate) fn file_status(&self, file: &File) -> Result<UploadStatus, TransferError> {
        let manifest = self.transfer.manifest(&self.content_key, file)?;
        let ids = manifest.uploads().iter().map(|upload| UploadId::from(Uuid::from_bytes(upload.id)));
        let own = UploadId::from(file.id);
        let pieces: Vec<UploadId> = ids.filter(|id| *id != own).collect();
        Ok(UploadStatus {
            id: own,
            kind: if pieces.is_empty() { UploadKind::Whole } else { UploadKind::Final },
            pieces,
            length: Some(file.length),
            received: file.length,
            metadata: self.open_metadata(UploadId::from(file.id), &file.metadata)?,
            expires_at: None,
            complete: true,
        })
    }

    /// When an upload is given up if no more bytes come.
    pub(crate) fn upload_expiry(&self, now: Timestamp) -> Timestamp {
        (now + Duration::from_secs(self.policy.upload_idle_seconds)).min(self.transfer.row.expires_at)
    }
}

/// Whether the file can come along with the request that begins it, as one part.
fn whole_at_once(new: &NewUpload) -> bool {
    let one_part = u64::from(range::part_length(new.length));
    !new.partial && new.length.is_some_and(|length| length <= one_part && new.body_length == Some(length))
}

fn check_lengths(grant: &UploadGrant, new: &NewUpload) -> Result<(), TransferError> {
    let most = grant.policy().max_file_bytes;
    if new.length.is_some_and(|length| length > most) {
        return Err(TransferError::TooLarge(most));
    }
    match (new.length, new.body_length) {
        (Some(length), Some(body)) if body > length => Err(TransferError::TooLarge(length)),
        _ => Ok(()),
    }
}
