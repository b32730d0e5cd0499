//! Appending to an upload: tus PATCH.

use bytes::Bytes;
use futures_util::Stream;
use sealpost_auth::{AddGrant, UploadGrant};
use sealpost_db::{Claim, File, Upload, UploadState};
use sealpost_domain::{FileId, UploadId};

use crate::{
    Checksum, Service, TransferError, UploadKind, UploadStatus, upload::UploadTarget, writing::Writing,
};

/// Bytes to be appended.
#[derive(Debug, Clone)]
pub struct Append {
    /// How many bytes the client believes to be stored.
    pub offset: u64,
    /// The length of the upload, if it was deferred and is declared now.
    pub length: Option<u64>,
    /// The checksum of the body.
    pub checksum: Option<Checksum>,
    /// How long the body is, as far as announced.
    pub body_length: Option<u64>,
}

impl Service {
    /// Appends a body to an upload. When the last byte is in, a whole upload becomes a file.
    ///
    /// What is acknowledged is stored: parts are stored while bytes come in, and the end of the body closes the last
    /// one, also when the connection breaks. With a checksum nothing counts before the whole body has passed.
    /// Run it in a task of its own: dropped half-way, it would leave the last part to a new attempt.
    ///
    /// # Errors
    /// [`TransferError::NotFound`], [`TransferError::UploadLocked`] while somebody else is writing,
    /// [`TransferError::OffsetMismatch`], [`TransferError::TooLarge`], [`TransferError::LengthDeclared`],
    /// [`TransferError::ChecksumMismatch`], [`TransferError::BodyBroken`], [`TransferError::StorageFull`],
    /// [`TransferError::UploadFinal`], [`TransferError::ReplicaBehind`]. After any of them the upload can be resumed where it stands; after
    /// [`TransferError::TypeRefused`] it is gone.
    pub async fn append<S, E>(
        &self,
        grant: &AddGrant,
        id: UploadId,
        request: Append,
        body: S,
    ) -> Result<UploadStatus, TransferError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
    {
        self.check_replica_keeps_up().await?;
        let (target, upload) = match self.claim(grant, id).await? {
            Claimed::Upload(target, upload) => (target, *upload),
            Claimed::File(target, file) => return append_to_file(&target, &file, &request),
        };
        let fence = upload.fence;
        let started = match check(&target, &upload, &request) {
            Ok(()) => self.start(&target, upload, &request).await,
            Err(error) => Err(error),
        };
        let mut writing = match started {
            Ok(writing) => writing,
            Err(error) => {
                self.release(id, fence).await?;
                return Err(error);
            }
        };
        let taken = writing.take(body, request.checksum.as_ref()).await;
        match writing.end(taken).await {
            // A client that goes on in such pieces would never get any further.
            Ok(status) if target.is_sealed_by_sender() && gained_nothing(&status, &request) => {
                Err(TransferError::Invalid(
                    "a sealed part comes whole: the body ends in the first that it brings",
                ))
            }
            Err(refused @ TransferError::TypeRefused(_)) => {
                self.withdraw(&target, id).await;
                Err(self.note_refused(&target, refused).await)
            }
            ended => ended,
        }
    }

    /// Takes hold of an upload, so that nobody else writes to it.
    pub(crate) async fn claim(&self, grant: &UploadGrant, id: UploadId) -> Result<Claimed, TransferError> {
        let mut conn = self.db().read().await?;
        let Some(upload) = conn.upload(grant.tenant(), id).await? else {
            let file = conn
                .file_of_tenant(grant.tenant(), FileId::from(id))
                .await?
                .ok_or(TransferError::NotFound)?;
            drop(conn);
            let target = self.upload_target(grant, file.transfer_id).await?;
            return Ok(Claimed::File(Box::new(target), Box::new(file)));
        };
        drop(conn);
        let target = self.upload_target(grant, upload.transfer_id).await?;
        let now = self.now();
        if upload.expires_at <= now || upload.state == UploadState::Joined {
            return Err(TransferError::NotFound);
        }
        let mut tx = self.db().write().await?;
        let claim = tx.claim_upload(grant.tenant(), id, now, now + self.limits().upload_lease).await?;
        tx.commit().await?;
        match claim {
            Claim::Claimed(upload) => Ok(Claimed::Upload(Box::new(target), upload)),
            Claim::Held => Err(TransferError::UploadLocked),
            Claim::Missing => Err(TransferError::NotFound),
        }
    }

    /// Lets go of an upload.
    pub(crate) async fn release(&self, id: UploadId, fence: u64) -> Result<(), TransferError> {
        let mut tx = self.db().write().await?;
        tx.release_upload(id, fence).await?;
        Ok(tx.commit().await?)
    }

    async fn start<'a>(
        &'a self,
        target: &'a UploadTarget,
        mut upload: Upload,
        request: &Append,
    ) -> Result<Writing<'a>, TransferError> {
        let Some(length) = request.length.filter(|_| upload.length.is_none()) else {
            return Writing::resume(self, target, upload).await;
        };
        upload.length = Some(length);
        if length == upload.received {
            // Nothing more comes. Said by itself it would leave an upload that looks complete and is no file, if what makes
            // the file does not come about.
            return Ok(Writing::resume(self, target, upload).await?.declaring_length());
        }
        let mut tx = self.db().write().await?;
        // What has come without a length has its room already.
        self.reserve(&mut tx, target, 0, length.saturating_sub(upload.received)).await?;
        if !tx.set_upload_length(upload.id, upload.fence, length).await? {
            return Err(TransferError::UploadLocked);
        }
        tx.commit().await?;
        Writing::resume(self, target, upload).await
    }
}

/// What a client may write to, or not any more.
pub(crate) enum Claimed {
    /// It is complete.
    File(Box<UploadTarget>, Box<File>),
    /// It is the caller's until he lets go.
    Upload(Box<UploadTarget>, Box<Upload>),
}

/// The answer to a client that has missed the acknowledgement of its last byte.
fn append_to_file(
    target: &UploadTarget,
    file: &File,
    request: &Append,
) -> Result<UploadStatus, TransferError> {
    let status = target.file_status(file)?;
    if status.kind == UploadKind::Final {
        return Err(TransferError::UploadFinal);
    }
    match (request.offset == file.length, request.body_length) {
        (true, Some(0)) => Ok(status),
        (true, _) => Err(TransferError::TooLarge(file.length)),
        (false, _) => Err(TransferError::OffsetMismatch(file.length)),
    }
}

/// Whether a body that announced bytes has left the upload where it was.
fn gained_nothing(status: &UploadStatus, request: &Append) -> bool {
    status.received == request.offset && request.body_length.is_some_and(|bytes| bytes > 0)
}

/// What can be said before the first byte is read.
fn check(target: &UploadTarget, upload: &Upload, request: &Append) -> Result<(), TransferError> {
    if request.offset != upload.received {
        return Err(TransferError::OffsetMismatch(upload.received));
    }
    match (upload.length, request.length) {
        (Some(declared), Some(length)) if declared != length => return Err(TransferError::LengthDeclared),
        (None, Some(length)) if length < upload.received => {
            return Err(TransferError::Invalid("more bytes than that are stored"));
        }
        _ => {}
    }
    let most = upload.length.or(request.length).unwrap_or(target.policy.max_file_bytes);
    if most > target.policy.max_file_bytes {
        return Err(TransferError::TooLarge(target.policy.max_file_bytes));
    }
    // More than that may be stored already: under rules that were wider.
    match most.checked_sub(upload.received) {
        Some(room) if request.body_length.is_none_or(|body| body <= room) => Ok(()),
        _ => Err(TransferError::TooLarge(most)),
    }
}
