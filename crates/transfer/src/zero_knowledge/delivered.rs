//! What a recipient gets of what a sender's program has sealed: the sealed bytes, once the service's own layer is off.

use sealpost_db::{ContentKeyTo, File, KeyPair};
use sealpost_domain::{KeyOwner, TenantId, TransferId};
use sealpost_sealed::{ContentKey, PublicKey};

use super::FileSealing;
use crate::{Service, TransferError, unlock::Unlocked};

/// What a sender's program has sealed of a transfer, as its recipients get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliverySealing {
    /// The content key, sealed under the access key.
    pub content_key: Vec<u8>,
    /// The subject, sealed under the content key.
    pub subject: Option<Vec<u8>>,
    /// The message, sealed under the content key.
    pub message: Option<Vec<u8>>,
    /// Which files and words belong to it, sealed under the content key.
    pub contents: Option<Vec<u8>>,
}

/// What an outsider's program has sealed of what he has sent in, as those get it to whose keys it is sealed.
#[derive(Debug, Clone)]
pub struct DeliverySealedTo {
    /// The tenant, which contexts name.
    pub tenant: TenantId,
    /// The transfer, which contexts name.
    pub transfer: TransferId,
    /// The content key, sealed to public keys.
    pub content_key_to: Vec<ContentKeyOf>,
    /// The subject, sealed under the content key.
    pub subject: Option<Vec<u8>>,
    /// The message, sealed under the content key.
    pub message: Option<Vec<u8>>,
    /// Which files and words belong to it, sealed under the content key.
    pub contents: Option<Vec<u8>>,
}

/// A content key that is sealed to a public key.
#[derive(Debug, Clone)]
pub struct ContentKeyOf {
    /// To which.
    pub public_key: PublicKey,
    /// Whose it is; `None` if the pair is gone, with whoever had it.
    pub owner: Option<KeyOwner>,
    /// The content key: 80 bytes.
    pub content_key: Vec<u8>,
}

impl Service {
    /// What an outsider's program has sealed of what he has sent in; `None` if nobody has, or a user's.
    pub(crate) async fn sealed_to(
        &self,
        transfer: &Unlocked,
    ) -> Result<Option<DeliverySealedTo>, TransferError> {
        let (row, place) = (&transfer.row, transfer.place);
        if !row.is_sealed_to_keys() {
            return Ok(None);
        }
        let mut conn = self.db().read().await?;
        let mut content_key_to = Vec::new();
        // What is sealed to the recovery key is for two admins to fetch, and for nobody else.
        let keys = conn.content_keys(row.id).await?.into_iter().filter(|key| !key.recovery);
        for ContentKeyTo { public_key, content_key, .. } in keys {
            let pair = conn.key_pair_by_public_key(row.tenant_id, &public_key).await?;
            content_key_to.push(ContentKeyOf {
                public_key: PublicKey::from_bytes(&public_key)?,
                owner: pair.as_ref().and_then(KeyPair::owner),
                content_key: transfer.key.open_column(place.content_key_to(), &content_key)?.to_vec(),
            });
        }
        let (subject, message, contents) = transfer.sealed_words()?;
        Ok(Some(DeliverySealedTo {
            tenant: row.tenant_id,
            transfer: row.id,
            content_key_to,
            subject,
            message,
            contents,
        }))
    }
}

/// Subject, message and contents, each if there is one.
type SealedWords = (Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>);

impl Unlocked {
    /// What its sender's program has sealed of it; `None` if the service alone has.
    pub(crate) fn sender_sealing(&self) -> Result<Option<DeliverySealing>, TransferError> {
        let (row, place) = (&self.row, self.place);
        let Some(content_key) = &row.sender_content_key else {
            return Ok(None);
        };
        let (subject, message, contents) = self.sealed_words()?;
        let content_key = self.key.open_column(place.sender_content_key(), content_key)?.to_vec();
        Ok(Some(DeliverySealing { content_key, subject, message, contents }))
    }

    /// Subject, message and contents as a program has sealed them.
    pub(crate) fn sealed_words(&self) -> Result<SealedWords, TransferError> {
        let open = |column, sealed: &Option<Vec<u8>>| {
            let opened = sealed.as_ref().map(|sealed| self.key.open_column(column, sealed)).transpose()?;
            Ok::<_, TransferError>(opened.map(|opened| opened.to_vec()))
        };
        let (row, place) = (&self.row, self.place);
        Ok((
            open(place.sender_subject(), &row.sender_subject)?,
            open(place.sender_message(), &row.sender_message)?,
            open(place.sender_contents(), &row.sender_contents)?,
        ))
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
