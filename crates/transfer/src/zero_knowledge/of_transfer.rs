//! What a sender's program has sealed of a transfer: the content key, subject and message.

use sealpost_auth::{SendGrant, SenderSession};
use sealpost_db::{ContentKeyTo, Recipient, Transfer, TransferSealing, Tx};
use sealpost_domain::{TenantId, TransferEvent, TransferId};
use sealpost_sealed::{Contents, PasswordParameters, ServerHalf, WRAPPED_KEY_LENGTH, range};

use super::{
    ContentKeyFor,
    receiver::sealed_to_receiver,
    recovery::{self, sealed_for_recovery},
};
use crate::{
    NewTransfer, Service, TransferError,
    create::{MAX_MESSAGE_BYTES, MAX_SUBJECT_BYTES},
    unlock::Unlocked,
};

/// What a sender's program needs to know to seal a draft.
#[derive(Debug, Clone)]
pub struct DraftSealing {
    /// The tenant.
    pub tenant: TenantId,
    /// The service's half of the secret.
    pub half: ServerHalf,
}

/// What a sender's program has sealed of a transfer.
#[derive(Debug, Clone)]
pub struct SenderSealing {
    /// The content key, sealed under the access key.
    pub content_key: Vec<u8>,
    /// SHA-256 of the access proof.
    pub proof_hash: [u8; 32],
    /// The content key, sealed to the tenant's recovery key; `None` if it has none.
    pub recovery: Option<ContentKeyFor>,
    /// Salt and costs of the password key; `None` without a password.
    pub password_parameters: Option<Vec<u8>>,
    /// The subject, sealed under the content key.
    pub subject: Option<Vec<u8>>,
    /// The message, sealed under the content key.
    pub message: Option<Vec<u8>>,
    /// Which files and words belong to it; `None` as long as something of that is missing.
    pub contents: Option<Vec<u8>>,
}

impl Service {
    /// Keeps what a sender's program has sealed of a draft, in place of what it has sealed before.
    ///
    /// # Errors
    /// [`TransferError::NotFound`], [`TransferError::Forbidden`] for another's, [`TransferError::State`] unless it is a draft,
    /// [`TransferError::NotReady`] if the service seals it, [`TransferError::KeyChanged`] for another recovery key than the one
    /// that counts, [`TransferError::Invalid`].
    pub async fn seal_draft(
        &self,
        grant: &SendGrant,
        id: TransferId,
        sealing: &SenderSealing,
    ) -> Result<(), TransferError> {
        sealing.check()?;
        let session: &SenderSession = grant;
        let transfer = self.own_sealed_draft(session, id).await?;
        let (place, key, random) = (transfer.place, &transfer.key, self.random());
        let content_key = key.seal_column(place.sender_content_key(), &sealing.content_key, random);
        let under = |column, sealed: &Option<Vec<u8>>| {
            sealed.as_ref().map(|sealed| key.seal_column(column, sealed, random))
        };
        let subject = under(place.sender_subject(), &sealing.subject);
        let message = under(place.sender_message(), &sealing.message);
        let contents = under(place.sender_contents(), &sealing.contents);
        let mut tx = self.db().write().await?;
        let row = tx.transfer_for_update(session.tenant(), id).await?.ok_or(TransferError::NotFound)?;
        row.state.at(self.now(), row.expires_at).after(TransferEvent::Seal)?;
        let recipients = tx.recipients_of_transfer(id).await?;
        if asks_password(&row, &recipients)? != sealing.password_parameters.is_some() {
            return Err(TransferError::Invalid(
                "password_parameters are there if recipients are asked for a password, and only then",
            ));
        }
        let sealed = TransferSealing {
            proof_hash: &sealing.proof_hash,
            content_key: &content_key,
            password_parameters: sealing.password_parameters.as_deref(),
            subject: subject.as_deref(),
            message: message.as_deref(),
            contents: contents.as_deref(),
        };
        let recovery = self.for_recovery(&mut tx, &transfer, sealing.recovery.as_ref()).await?;
        if !tx.set_transfer_sealing(id, &sealed).await? {
            return Err(TransferError::NotFound);
        }
        tx.set_content_keys(id, recovery.as_slice()).await?;
        Ok(tx.commit().await?)
    }

    /// The row of the content key that is sealed to the recovery key.
    async fn for_recovery(
        &self,
        tx: &mut Tx,
        transfer: &Unlocked,
        sealed: Option<&ContentKeyFor>,
    ) -> Result<Option<ContentKeyTo>, TransferError> {
        let Some(to) = sealed else {
            return Ok(None);
        };
        let key = recovery::current(tx, transfer.row.tenant_id).await?;
        let key = key.filter(|key| key.fingerprint() == to.fingerprint()).ok_or(TransferError::KeyChanged)?;
        Ok(Some(transfer.content_key_to(&key, true, to, self.random())))
    }

    /// A draft of the caller's own that his program seals.
    pub(super) async fn own_sealed_draft(
        &self,
        session: &SenderSession,
        id: TransferId,
    ) -> Result<Unlocked, TransferError> {
        let row = self.seen(session, id).await?;
        if row.sender_id != session.user() {
            return Err(TransferError::Forbidden);
        }
        if !row.is_zero_knowledge() {
            return Err(TransferError::NotReady("the service seals this transfer: its mode is standard"));
        }
        if row.source().is_some() {
            return Err(TransferError::NotReady("it comes in from outside: whoever uploads seals it"));
        }
        row.state.at(self.now(), row.expires_at).after(TransferEvent::Seal)?;
        self.unlock(row).await
    }

    /// What the sender's program needs to know to seal a draft; `None` of what is none, or is not his, or the service seals.
    pub(crate) fn draft_sealing(
        &self,
        session: &SenderSession,
        transfer: &Unlocked,
    ) -> Result<Option<DraftSealing>, TransferError> {
        let row = &transfer.row;
        let is_draft = row.state.at(self.now(), row.expires_at).after(TransferEvent::Seal).is_ok();
        let Some(sealed) = row.server_half.as_ref().filter(|_| is_draft && row.sender_id == session.user())
        else {
            return Ok(None);
        };
        let half = transfer.key.open_column(transfer.place.server_half(), sealed)?;
        Ok(Some(DraftSealing { tenant: row.tenant_id, half: ServerHalf::from_secret(&half)? }))
    }
}

impl SenderSealing {
    /// Fails if something cannot be what it is to be, as far as that can be told from outside.
    fn check(&self) -> Result<(), TransferError> {
        if self.content_key.len() != WRAPPED_KEY_LENGTH {
            return Err(TransferError::Invalid("content_key has 104 bytes"));
        }
        if let Some(parameters) = &self.password_parameters {
            let read = PasswordParameters::decode(parameters).ok();
            let read = read.filter(|read| read.encode() == *parameters);
            let read = read.ok_or(TransferError::Invalid(
                "password_parameters are 29 bytes, with costs within the bounds of docs/file-format.md",
            ))?;
            if read.are_outdated() {
                return Err(TransferError::Invalid(
                    "password_parameters make guessing too cheap: at least 64 MiB and 3 passes",
                ));
            }
        }
        check_words_fit(self.subject.as_deref(), self.message.as_deref())?;
        check_contents_fit(self.contents.as_deref())
    }
}

/// Fails unless these can be contents, sealed.
pub(super) fn check_contents_fit(contents: Option<&[u8]>) -> Result<(), TransferError> {
    if contents.is_none_or(|sealed| sealed.len() == Contents::SEALED_LENGTH) {
        return Ok(());
    }
    Err(TransferError::Invalid("contents has 109 bytes"))
}

/// Fails unless these can be a subject and a message, sealed.
pub(super) fn check_words_fit(subject: Option<&[u8]>, message: Option<&[u8]>) -> Result<(), TransferError> {
    let fits = |sealed: Option<&[u8]>, most: usize| {
        sealed.is_none_or(|sealed| {
            let plain = range::plain_length(sealed.len() as u64);
            plain.is_some_and(|plain| (1..=most as u64).contains(&plain))
        })
    };
    if !fits(subject, MAX_SUBJECT_BYTES) {
        return Err(TransferError::Invalid("subject is 1 to 998 bytes, sealed"));
    }
    if !fits(message, MAX_MESSAGE_BYTES) {
        return Err(TransferError::Invalid("message is 1 to 65536 bytes, sealed"));
    }
    Ok(())
}

/// Whether recipients are asked for a password. There is one secret for all of them, so all are asked or nobody is.
fn asks_password(row: &Transfer, recipients: &[Recipient]) -> Result<bool, TransferError> {
    let needs = |recipient: &Recipient| recipient.protection.unwrap_or(row.protection).needs_password();
    let asked = recipients.iter().filter(|recipient| needs(recipient)).count();
    match asked {
        0 if recipients.is_empty() => Ok(row.protection.needs_password()),
        0 => Ok(false),
        all if all == recipients.len() => Ok(true),
        _ => Err(MIXED),
    }
}

/// Why somebody cannot be asked for a password, or for none.
pub(crate) const MIXED: TransferError =
    TransferError::Invalid("what its sender has sealed asks all recipients for the password, or nobody");

/// Fails if something is said in the clear that nobody here may know.
pub(crate) fn check_words(new: &NewTransfer) -> Result<(), TransferError> {
    if !new.mode.is_zero_knowledge() {
        return Ok(());
    }
    let own = new.recipients.iter().any(|recipient| recipient.password.is_some());
    for (said, why) in [
        (new.subject.is_some(), "the subject is sealed by the sender's program: it is not said here"),
        (new.message.is_some(), "the message is sealed by the sender's program: it is not said here"),
        (new.password.is_some() || own, "the password is not shown to the service: it is not said here"),
    ] {
        if said {
            return Err(TransferError::SealedBySender(why));
        }
    }
    Ok(())
}

/// Fails unless the content key is sealed with the secret of the link, and with the password if recipients are asked for one.
fn sealed_for_link(row: &Transfer, recipients: &[Recipient]) -> Result<(), TransferError> {
    if row.proof_hash.is_none() || row.sender_content_key.is_none() {
        return Err(TransferError::NotSealedYet("the sealed content key is missing"));
    }
    if asks_password(row, recipients)? != row.password_parameters.is_some() {
        return Err(TransferError::NotSealedYet(
            "recipients are asked for a password now, or for none any more: the content key is to be sealed again",
        ));
    }
    Ok(())
}

/// Fails unless all is there that the sender's program has to seal.
pub(crate) async fn sealed_whole(
    tx: &mut Tx,
    row: &Transfer,
    recipients: &[Recipient],
) -> Result<(), TransferError> {
    if !row.is_zero_knowledge() {
        return Ok(());
    }
    if row.is_sealed_to_keys() {
        sealed_to_receiver(tx, row).await?;
    } else {
        sealed_for_link(row, recipients)?;
    }
    sealed_for_recovery(tx, row).await?;
    if tx.files_without_sealing(row.id).await? > 0 {
        return Err(TransferError::NotSealedYet("the sealed manifest of a file is missing"));
    }
    if row.sender_contents.is_none() {
        return Err(TransferError::NotSealedYet(
            "the sealed contents are missing, or files have changed since: they are to be sealed last",
        ));
    }
    Ok(())
}
