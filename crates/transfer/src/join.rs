//! Joining partial uploads into a file: tus concatenation. A manifest is written, and no byte moves.

use bytes::Bytes;
use sealpost_auth::AddGrant;
use sealpost_db::UploadState;
use sealpost_domain::{FileId, TransferId, UploadId};

use crate::{Service, TransferError, UploadMetadata, UploadStatus, seal::Sealing};

/// Most pieces of a file.
const MAX_PIECES: usize = 1_000;
const NOT_READY: TransferError = TransferError::NotReady("a partial upload is unfinished or joined already");

impl Service {
    /// Makes a file of complete partial uploads, in this order. Each can become part of one file only.
    ///
    /// # Errors
    /// [`TransferError::NotFound`], also for a piece of another transfer; [`TransferError::NotReady`] for one that is
    /// unfinished or no piece; [`TransferError::TooManyFiles`], [`TransferError::TooLarge`]; [`TransferError::TypeRefused`],
    /// after which the pieces are gone if it was for what they make.
    pub async fn join(
        &self,
        grant: &AddGrant,
        transfer: TransferId,
        pieces: Vec<UploadId>,
        metadata: UploadMetadata,
    ) -> Result<UploadStatus, TransferError> {
        let target = self.upload_target(grant, transfer).await?;
        target.check_unsaid(&metadata)?;
        if !target.is_sealed_by_sender()
            && let Err(refused) = target.check_name(metadata.file_name())
        {
            return Err(self.note_refused(&target, refused).await);
        }
        let mut distinct = pieces.clone();
        distinct.sort_unstable();
        distinct.dedup();
        if pieces.is_empty() || pieces.len() > MAX_PIECES || distinct.len() != pieces.len() {
            return Err(TransferError::Invalid("a final upload names 1 to 1000 partial uploads, each once"));
        }
        let mut sealing = Sealing {
            file: self.new_id(FileId::new),
            metadata: &metadata,
            uploads: Vec::with_capacity(pieces.len()),
            parts: Vec::new(),
        };
        let mut conn = self.db().read().await?;
        for id in &pieces {
            let upload =
                conn.upload(grant.tenant(), *id).await?.filter(|upload| upload.transfer_id == transfer);
            let upload = upload.ok_or(TransferError::NotFound)?;
            let wrapped =
                upload.upload_key.filter(|_| upload.state == UploadState::Complete && upload.is_partial);
            let wrapped = wrapped.ok_or(NOT_READY)?;
            let key = target.content_key.unwrap_upload_key(target.place().upload_key(*id), &wrapped)?;
            let parts = conn.parts_of_upload(*id).await?;
            // The last line of defence: a file that lacks bytes must never look whole.
            if Some(parts.iter().map(|part| part.length).sum()) != upload.length {
                // Its parts' rows go when it is joined, which somebody else may have done since we have looked.
                let now = conn.upload(grant.tenant(), *id).await?;
                let joined = now.is_none_or(|upload| upload.state != UploadState::Complete);
                return Err(if joined { NOT_READY } else { TransferError::Damaged });
            }
            sealing.uploads.push((*id, key));
            sealing.parts.extend(parts);
        }
        drop(conn);
        let file = match self.seal_file(&target, &sealing, Bytes::new()).await {
            Err(refused @ TransferError::TypeRefused(_)) => {
                // Nothing else can become of them.
                for id in &pieces {
                    self.withdraw(&target, *id).await;
                }
                return Err(self.note_refused(&target, refused).await);
            }
            sealed => sealed?,
        };
        if file.length > target.policy.max_file_bytes {
            return Err(TransferError::TooLarge(target.policy.max_file_bytes));
        }
        let mut tx = self.db().write().await?;
        // The pieces took their room when they were begun; the file takes its place.
        self.reserve(&mut tx, &target, 1, 0).await?;
        tx.insert_file(&file).await?;
        for id in &pieces {
            if !tx.join_upload(transfer, *id, file.id).await? {
                return Err(NOT_READY);
            }
            tx.delete_parts_of_upload(*id).await?;
        }
        tx.commit().await?;
        target.file_status(&file)
    }
}
