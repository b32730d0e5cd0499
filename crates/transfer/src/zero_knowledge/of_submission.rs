//! What an outsider's program has sealed of what he sends in: the content key to whoever gets it, subject and message.

use std::collections::HashSet;

use sealpost_auth::SubmitGrant;
use sealpost_db::SealedWords;
use sealpost_domain::{FileId, TransferEvent};
use sealpost_sealed::{Fingerprint, KEY_TO_LENGTH};

use super::{
    FileSealing,
    of_transfer::{check_contents_fit, check_words_fit},
    receiver::required_key,
    recovery,
};
use crate::{Service, TransferError, unlock::Unlocked};

/// A content key, sealed to a public key.
#[derive(Debug, Clone)]
pub struct ContentKeyFor {
    fingerprint: Fingerprint,
    content_key: Vec<u8>,
}

impl ContentKeyFor {
    /// To which one; the content key: 80 bytes.
    ///
    /// # Errors
    /// [`TransferError::Invalid`] if it cannot be that.
    pub fn new(fingerprint: &str, content_key: Vec<u8>) -> Result<Self, TransferError> {
        if content_key.len() != KEY_TO_LENGTH {
            return Err(TransferError::Invalid("a content key that is sealed to a public key has 80 bytes"));
        }
        let fingerprint = fingerprint.parse();
        let fingerprint = fingerprint.map_err(|_| {
            TransferError::Invalid("a fingerprint is eight groups of four digits, as it is shown")
        })?;
        Ok(Self { fingerprint, content_key })
    }

    pub(super) const fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    pub(super) fn content_key(&self) -> &[u8] {
        &self.content_key
    }
}

/// What an outsider's program has sealed of what he sends in.
#[derive(Debug, Clone)]
pub struct SealedSubmissionParts {
    /// The content key, for whoever gets it.
    pub content_key_to: Vec<ContentKeyFor>,
    /// The subject, sealed under the content key.
    pub subject: Option<Vec<u8>>,
    /// The message, sealed under the content key.
    pub message: Option<Vec<u8>>,
    /// Which files and words belong to it; `None` as long as something of that is missing.
    pub contents: Option<Vec<u8>>,
}

impl Service {
    /// Keeps what an outsider's program has sealed of what he sends in, in place of what it has sealed before.
    ///
    /// # Errors
    /// [`TransferError::KeyChanged`] for a key that does not count, or does not any more; [`TransferError::NotReady`] if the
    /// service seals it, or there is no key; [`TransferError::State`] once it was sent; [`TransferError::Invalid`].
    pub async fn seal_submission(
        &self,
        grant: &SubmitGrant,
        sealed: &SealedSubmissionParts,
    ) -> Result<(), TransferError> {
        sealed.check()?;
        let transfer = self.sealed_submission(grant).await?;
        let (row, place, key, random) = (&transfer.row, transfer.place, &transfer.key, self.random());
        let words =
            |column, text: &Option<Vec<u8>>| text.as_ref().map(|text| key.seal_column(column, text, random));
        let subject = words(place.sender_subject(), &sealed.subject);
        let message = words(place.sender_message(), &sealed.message);
        let contents = words(place.sender_contents(), &sealed.contents);
        let mut tx = self.db().write().await?;
        let locked = tx.transfer_for_update(row.tenant_id, row.id).await?;
        let locked = locked.ok_or(TransferError::NotFound)?;
        locked.state.at(self.now(), locked.expires_at).after(TransferEvent::Seal)?;
        let required = required_key(&mut tx, &locked).await?;
        let recovery = recovery::current(&mut tx, row.tenant_id).await?;
        let mut keys = Vec::with_capacity(sealed.content_key_to.len());
        for to in &sealed.content_key_to {
            let (key, is_recovery) = match &recovery {
                _ if to.fingerprint == required.fingerprint() => (&required, false),
                Some(recovery) if to.fingerprint == recovery.fingerprint() => (recovery, true),
                _ => return Err(TransferError::KeyChanged),
            };
            keys.push(transfer.content_key_to(key, is_recovery, to, random));
        }
        let words = SealedWords {
            subject: subject.as_deref(),
            message: message.as_deref(),
            contents: contents.as_deref(),
        };
        if !tx.set_sealed_words(row.id, words).await? {
            return Err(TransferError::NotFound);
        }
        tx.set_content_keys(row.id, &keys).await?;
        Ok(tx.commit().await?)
    }

    /// Keeps what an outsider's program has sealed of a file of what he sends in, in place of what it has sealed before.
    ///
    /// # Errors
    /// Those of [`Self::seal_submission`]; [`TransferError::NotSealed`] for a manifest that cannot be this file's.
    pub async fn seal_file_of_submission(
        &self,
        grant: &SubmitGrant,
        file: FileId,
        sealing: &FileSealing,
    ) -> Result<(), TransferError> {
        let transfer = self.sealed_submission(grant).await?;
        self.keep_file_sealing(&transfer, file, sealing, None).await
    }

    /// A draft that the outsider's program seals.
    async fn sealed_submission(&self, grant: &SubmitGrant) -> Result<Unlocked, TransferError> {
        let row = self.seen_submission(grant).await?;
        if !row.is_sealed_to_keys() {
            return Err(TransferError::NotReady("the service seals this submission: its mode is standard"));
        }
        row.state.at(self.now(), row.expires_at).after(TransferEvent::Seal)?;
        self.unlock(row).await
    }
}

impl SealedSubmissionParts {
    /// Fails if something cannot be what it is to be, as far as that can be told from outside.
    fn check(&self) -> Result<(), TransferError> {
        let mut seen = HashSet::new();
        if self.content_key_to.is_empty() || !self.content_key_to.iter().all(|to| seen.insert(to.fingerprint))
        {
            return Err(TransferError::Invalid(
                "content_key_to names each public key once, and at least one",
            ));
        }
        check_words_fit(self.subject.as_deref(), self.message.as_deref())?;
        check_contents_fit(self.contents.as_deref())
    }
}
