//! From a transfer's row to its keys.

use sealpost_auth::{ReadGrant, Uploader};
use sealpost_db::{File, Recipient, Transfer};
use sealpost_domain::{EmailAddress, PhoneNumber};
use sealpost_sealed::{ContentKey, Manifest, TransferKey};

use crate::{Service, TransferError, place::Place, submissions};

/// A transfer's row with the key that opens its subject, addresses and link tokens.
pub(crate) struct Unlocked {
    pub(crate) row: Transfer,
    pub(crate) place: Place,
    pub(crate) key: TransferKey,
}

impl Service {
    /// Opens the transfer key. [`TransferError::NotFound`] once it was shredded: nothing of the transfer is left to
    /// anybody, whatever rows a backup may have brought back.
    pub(crate) async fn unlock(&self, row: Transfer) -> Result<Unlocked, TransferError> {
        let place = Place { tenant: row.tenant_id, transfer: row.id };
        let wrapped = row.transfer_key.as_ref().ok_or(TransferError::NotFound)?;
        let epoch_key = self.keys().existing_epoch_key(row.tenant_id, row.epoch).await?;
        let key =
            epoch_key.ok_or(TransferError::NotFound)?.unwrap_transfer_key(place.transfer_key(), wrapped)?;
        Ok(Unlocked { row, place, key })
    }
}

impl Unlocked {
    /// The content key, if the service can open it alone: always before sending, and without a password after it, too.
    pub(crate) fn content_key(&self) -> Result<Option<ContentKey>, TransferError> {
        let wrapped = self.row.content_key.as_ref();
        Ok(wrapped
            .map(|wrapped| self.key.unwrap_content_key(self.place.content_key(), wrapped))
            .transpose()?)
    }

    /// The content key for a recipient, with what his password became if there is one: his own, or that of all.
    pub(crate) fn content_key_for(
        &self,
        recipient: &Recipient,
        grant: &ReadGrant,
    ) -> Result<ContentKey, TransferError> {
        let locked = recipient.locked_content_key.as_ref().or(self.row.locked_content_key.as_ref());
        match (locked, grant.password_key()) {
            (Some(locked), Some(password)) => {
                Ok(self.key.unlock_content_key(password, self.place.content_key(), locked)?)
            }
            _ => self.content_key()?.ok_or(TransferError::NotFound),
        }
    }

    /// Who sends it in; `None` if a user sends it.
    pub(crate) fn uploader(&self) -> Result<Option<Uploader>, TransferError> {
        let Some(sealed) = &self.row.uploader else {
            return Ok(None);
        };
        submissions::open_uploader(&self.key.open_column(self.place.uploader(), sealed)?).map(Some)
    }

    /// A recipient's address.
    pub(crate) fn address(&self, row: &Recipient) -> Result<EmailAddress, TransferError> {
        let text = self.key.open_text(self.place.address(row.id), &row.address)?;
        text.parse().map_err(TransferError::internal)
    }

    /// A recipient's telephone number, if there is one.
    pub(crate) fn phone(&self, row: &Recipient) -> Result<Option<PhoneNumber>, TransferError> {
        let Some(sealed) = &row.phone else {
            return Ok(None);
        };
        let text = self.key.open_text(self.place.phone(row.id), sealed)?;
        text.parse().map(Some).map_err(TransferError::internal)
    }

    /// The manifest of one of the transfer's files.
    pub(crate) fn manifest(&self, content_key: &ContentKey, file: &File) -> Result<Manifest, TransferError> {
        let file_key = content_key.unwrap_file_key(self.place.file_key(file.id), &file.file_key)?;
        Ok(Manifest::open(&file_key, self.place.manifest(file.id), &file.manifest)?)
    }
}
