//! What a sender's program has sealed of a file: its key and its manifest.

use sealpost_auth::{SendGrant, SenderSession};
use sealpost_db::StatedFile;
use sealpost_domain::{FileId, TransferEvent, TransferId};
use sealpost_sealed::{Manifest, WRAPPED_KEY_LENGTH};

use super::Stated;
use crate::{Service, TransferError, audit::Event, unlock::Unlocked};

/// What a sender's program has sealed of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSealing {
    /// Its key, sealed under the content key.
    pub file_key: Vec<u8>,
    /// Its manifest, sealed under that.
    pub manifest: Vec<u8>,
}

impl Service {
    /// Keeps what a sender's program has sealed of a file of a draft, and what it states the file to be, in place of what was there
    /// before. A statement is in the log, with the length that it is about.
    ///
    /// # Errors
    /// Those of [`Self::seal_draft`]; [`TransferError::NotSealed`] for a manifest that cannot be this file's; [`TransferError::StatementMissing`],
    /// [`TransferError::StatementOutdated`], [`TransferError::TypeRefused`] for what is stated.
    pub async fn seal_file_of_draft(
        &self,
        grant: &SendGrant,
        id: TransferId,
        file: FileId,
        (sealing, stated): (&FileSealing, Option<&Stated>),
    ) -> Result<(), TransferError> {
        let session: &SenderSession = grant;
        let transfer = self.own_sealed_draft(session, id).await?;
        self.keep_file_sealing(&transfer, file, sealing, Some((session, stated))).await
    }

    /// Keeps what a program has sealed of a file of a draft, and what that of a user states of it. Outsiders are not asked.
    pub(super) async fn keep_file_sealing(
        &self,
        transfer: &Unlocked,
        file: FileId,
        sealing: &FileSealing,
        user: Option<(&SenderSession, Option<&Stated>)>,
    ) -> Result<(), TransferError> {
        if sealing.file_key.len() != WRAPPED_KEY_LENGTH {
            return Err(TransferError::Invalid("file_key has 104 bytes"));
        }
        let (tenant, id) = (transfer.row.tenant_id, transfer.row.id);
        let key = transfer.content_key()?.ok_or(TransferError::NotFound)?;
        let row = self.db().read().await?.file(id, file).await?.ok_or(TransferError::NotFound)?;
        let around = transfer.manifest(&key, &row)?;
        check_length(&sealing.manifest, &around)?;
        let stated = user.and_then(|(_, stated)| stated).map(Stated::whole);
        if let Some((session, _)) = user {
            self.check_statement(session, transfer.place, stated.as_ref()).await?;
        }
        let before = Stated::of_row(row.stated_kinds.as_deref(), row.stated_policy);
        let bytes = row.length;
        let (place, random) = (transfer.place, self.random());
        let file_key = key.seal_column(place.sender_file_key(file), &sealing.file_key, random);
        let manifest = key.seal_column(place.sender_manifest(file), &sealing.manifest, random);
        let mut tx = self.db().write().await?;
        let row = tx.transfer_for_update(tenant, id).await?.ok_or(TransferError::NotFound)?;
        row.state.at(self.now(), row.expires_at).after(TransferEvent::Seal)?;
        let words = stated.as_ref().map(Stated::words);
        let said = words.as_deref().zip(stated.as_ref());
        let said = said.map(|(kinds, stated)| StatedFile { kinds, policy_version: stated.policy_version });
        if !tx.set_file_sealing(id, file, (&file_key, &manifest), said).await? {
            return Err(TransferError::NotFound);
        }
        tx.forget_sealed_contents(id).await?;
        let said_anew = stated.filter(|stated| before.as_ref() != Some(stated));
        if let Some(((session, _), stated)) = user.zip(said_anew) {
            let event = Event::FileStated { by: session.user(), file, bytes, stated };
            event.record(&mut tx, transfer.place, self.now()).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Fails unless a manifest of this file can be as long. Each part that was sealed here holds one that the sender's program has
/// sealed.
fn check_length(sealed: &[u8], around: &Manifest) -> Result<(), TransferError> {
    let parts = u32::try_from(around.parts().len()).map_err(TransferError::internal)?;
    let uploads = u16::try_from(around.uploads().len()).map_err(TransferError::internal)?;
    // A file without bytes has no part, and need have no upload.
    let fewest = Manifest::sealed_lengths(u16::from(parts > 0), parts);
    let most = Manifest::sealed_lengths(uploads.max(1), parts);
    if (*fewest.start()..=*most.end()).contains(&(sealed.len() as u64)) {
        return Ok(());
    }
    Err(TransferError::NotSealed("no sealed manifest of this file has this length"))
}
