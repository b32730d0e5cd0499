//! What a recipient gets of what a sender's program has sealed: the sealed bytes, once the service's own layer is off.

use sealpost_db::File;
use sealpost_sealed::ContentKey;

use super::FileSealing;
use crate::{TransferError, unlock::Unlocked};

/// What a sender's program has sealed of a transfer, as its recipients get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliverySealing {
    /// The content key, sealed under the access key.
    pub content_key: Vec<u8>,
    /// The subject, sealed under the content key.
    pub subject: Option<Vec<u8>>,
    /// The message, sealed under the content key.
    pub message: Option<Vec<u8>>,
}

impl Unlocked {
    /// What its sender's program has sealed of it; `None` if the service alone has.
    pub(crate) fn sender_sealing(&self) -> Result<Option<DeliverySealing>, TransferError> {
        let (row, place) = (&self.row, self.place);
        let Some(content_key) = &row.sender_content_key else {
            return Ok(None);
        };
        let open =
            |column, sealed: &Vec<u8>| Ok::<_, TransferError>(self.key.open_column(column, sealed)?.to_vec());
        let subject = row.sender_subject.as_ref();
        let message = row.sender_message.as_ref();
        Ok(Some(DeliverySealing {
            content_key: open(place.sender_content_key(), content_key)?,
            subject: subject.map(|sealed| open(place.sender_subject(), sealed)).transpose()?,
            message: message.map(|sealed| open(place.sender_message(), sealed)).transpose()?,
        }))
    }

    /// What its sender's program has sealed of one of its files; `None` if the service alone has.
    pub(crate) fn file_sealing(
        &self,
        content_key: &ContentKey,
        file: &File,
    ) -> Result<Option<FileSealing>, TransferError> {
        let Some((file_key, manifest)) = file.sender_file_key.as_ref().zip(file.sender_manifest.as_ref())
        else {
            return Ok(None);
        };
        let place = self.place;
        Ok(Some(FileSealing {
            file_key: content_key.open_column(place.sender_file_key(file.id), file_key)?.to_vec(),
            manifest: content_key.open_column(place.sender_manifest(file.id), manifest)?.to_vec(),
        }))
    }
}
