//! Taking a file out of a draft: tus DELETE.

use sealpost_auth::UploadGrant;
use sealpost_domain::{FileId, TransferEvent, UploadId};

use crate::{Service, TransferError, append::Claimed, audit::Event, remove::Removal};

impl Service {
    /// Removes an upload, or the file that it became, while the transfer is a draft.
    ///
    /// # Errors
    /// [`TransferError::NotFound`], [`TransferError::UploadLocked`], [`TransferError::State`].
    pub async fn terminate(&self, grant: &UploadGrant, id: UploadId) -> Result<(), TransferError> {
        match self.claim(grant, id).await? {
            Claimed::Upload(target, upload) => {
                self.remove_upload(&upload, Removal::TakenOut(target.by)).await
            }
            Claimed::File(target, file) => self.remove_file(&target, file.id, file.length).await,
        }
    }

    async fn remove_file(
        &self,
        target: &crate::upload::UploadTarget,
        file: FileId,
        length: u64,
    ) -> Result<(), TransferError> {
        let place = target.place();
        let now = self.now();
        let mut tx = self.db().write().await?;
        let row =
            tx.transfer_for_update(place.tenant, place.transfer).await?.ok_or(TransferError::NotFound)?;
        row.state.at(now, row.expires_at).after(TransferEvent::Seal)?;
        let mut prefixes = tx.delete_pieces(place.transfer, file).await?;
        prefixes.push(UploadId::from(file));
        if !tx.delete_file(place.transfer, file).await? {
            return Err(TransferError::NotFound);
        }
        tx.forget_sealed_contents(place.transfer).await?;
        tx.give_back(place.transfer, 1, length).await?;
        tx.note_removed_uploads(place.tenant, place.transfer, &prefixes).await?;
        let event = Event::FileRemoved { by: target.by, file, bytes: length, complete: true };
        event.record(&mut tx, place, now).await?;
        tx.commit().await?;
        self.remove_objects(&target.container, &prefixes).await;
        Ok(())
    }
}
