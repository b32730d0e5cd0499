//! A new transfer: a draft that files and recipients are added to.

use std::{fmt, time::Duration};

use sealpost_auth::{MailboxColumns, SendGrant, SenderSession};
use sealpost_db::{NewRecipient as RecipientRow, NewTransfer as Row, Tx};
use sealpost_domain::{
    EmailAddress, MailboxId, PhoneNumber, Protection, RecipientId, Replies, SenderChoice, Timestamp,
    TransferId, TransferMode, is_deceptive,
};
use sealpost_sealed::{ContentKey, ServerHalf, TransferKey};

use crate::{
    NewPassword, Service, TransferError, TransferView, audit,
    judge::InName,
    place::Place,
    protect::{Chosen, Lock, Locking, check_accounts},
    zero_knowledge::{Known, check_words},
};

/// Longest subject in bytes; what mail programs show is far less.
pub(crate) const MAX_SUBJECT_BYTES: usize = 998;
/// Longest message in bytes.
pub(crate) const MAX_MESSAGE_BYTES: usize = 64 << 10;

/// Somebody to send to.
#[derive(Clone)]
pub struct NewRecipient {
    /// His address.
    pub address: EmailAddress,
    /// His telephone number, for codes by SMS.
    pub phone: Option<PhoneNumber>,
    /// What he has to show, if it is something else than the transfer says.
    pub protection: Option<Protection>,
    /// A password of his own.
    pub password: Option<NewPassword>,
}

impl From<EmailAddress> for NewRecipient {
    /// Without anything of his own.
    fn from(address: EmailAddress) -> Self {
        Self { address, phone: None, protection: None, password: None }
    }
}

/// What a sender wants to send.
#[derive(Clone, Default)]
pub struct NewTransfer {
    /// To whom; more can be added later. One address counts once.
    pub recipients: Vec<NewRecipient>,
    /// What they have to show; the tenant's default if absent.
    pub protection: Option<Protection>,
    /// A subject, shown in the notification.
    pub subject: Option<String>,
    /// A message, shown where the files are; with a password only after it.
    pub message: Option<String>,
    /// When it ends; the tenant's default if absent.
    pub expires_at: Option<Timestamp>,
    /// A password for all recipients who need one and have none of their own.
    pub password: Option<NewPassword>,
    /// In how many visits each recipient may fetch.
    pub max_downloads: Option<u64>,
    /// The address of the shared mailbox in whose name it is sent; the sender's own if absent.
    pub send_as: Option<EmailAddress>,
    /// Whether recipients may answer with files; as the tenant says if absent.
    pub allow_reply: Option<bool>,
    /// Who seals what it holds. If that is the sender's program, neither words nor passwords are said here.
    pub mode: TransferMode,
}

/// Without the password, and without anybody's words or address.
impl fmt::Debug for NewTransfer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewTransfer")
            .field("recipients", &self.recipients.len())
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl Service {
    /// Creates a draft.
    ///
    /// # Errors
    /// [`TransferError::Forbidden`], also for a mailbox that is none or none of his, [`TransferError::Retention`],
    /// [`TransferError::WeakPassword`], [`TransferError::Protection`], [`TransferError::ProtectionRequired`],
    /// [`TransferError::Refused`], [`TransferError::Locked`], [`TransferError::ModeLocked`], [`TransferError::ModeRefused`],
    /// [`TransferError::TooManyRecipients`], [`TransferError::SealedBySender`], [`TransferError::Invalid`].
    pub async fn create(&self, grant: &SendGrant, new: NewTransfer) -> Result<TransferView, TransferError> {
        let session: &SenderSession = grant;
        let expires_at = check(session, &new, self.now())?;
        check_words(&new)?;
        let recipients = distinct(&new.recipients);
        let addresses: Vec<_> = recipients.iter().map(|recipient| &recipient.address).collect();
        let heeded = self.judge(session, in_name(new.send_as.as_ref()), &addresses, None).await?;
        self.check_mode(session, new.mode, (&heeded.sayings, Known::Recipients), None).await?;
        let asked = heeded.asked;
        let recipients: Vec<_> = recipients.into_iter().zip(asked).collect();
        let heard = self.hear_texts(session, new.subject.as_deref(), new.message.as_deref()).await?;
        let chosen = self.choose(session.policy(), &new, &recipients, &heard);
        let Chosen { of_transfer: protection, own } = match chosen {
            Ok(chosen) => chosen,
            Err(error) => return Err(self.note_required(session, None, &heard, error).await),
        };
        let place = Place { tenant: session.tenant(), transfer: self.new_id(TransferId::new) };
        let epoch_key = self.keys().epoch_key(place.tenant, expires_at.epoch()).await?;
        let (key, content_key) = (TransferKey::generate(self.random()), ContentKey::generate(self.random()));
        let locking = Locking { place, key: &key, content_key: Some(&content_key), protection };
        let lock = self.lock(session, &locking, new.password.as_ref(), &new.known_words()).await?;
        let mut rows = Vec::with_capacity(recipients.len());
        for (index, ((recipient, _), own)) in recipients.iter().zip(&own).enumerate() {
            rows.push(self.seal_recipient(session, &locking, (index, recipient, *own)).await?);
        }
        let seal_text = |text: &Option<String>, column, key: &dyn Fn(_, &[u8]) -> Vec<u8>| {
            text.as_ref().filter(|text| !text.is_empty()).map(|text| key(column, text.as_bytes()))
        };
        let random = self.random();
        let subject = seal_text(&new.subject, place.subject(), &|at, text| key.seal_column(at, text, random));
        let message =
            seal_text(&new.message, place.message(), &|at, text| content_key.seal_column(at, text, random));
        let half = new.mode.is_zero_knowledge().then(|| {
            key.seal_column(place.server_half(), ServerHalf::generate(random).expose_secret(), random)
        });
        let now = self.now();
        let mut tx = self.db().write().await?;
        let needed = own.into_iter().flatten().chain([protection]);
        check_accounts(&mut tx, place.tenant, needed).await?;
        let mailbox_id = mailbox_of(&mut tx, session, new.send_as.as_ref()).await?;
        tx.insert_transfer(&Row {
            id: place.transfer,
            tenant_id: place.tenant,
            sender_id: session.user(),
            epoch: expires_at.epoch(),
            transfer_key: &epoch_key.wrap_transfer_key(&key, place.transfer_key(), random),
            content_key: &key.wrap_content_key(&content_key, place.content_key(), random),
            locked_content_key: lock.as_ref().map(|lock| lock.content_key.as_slice()),
            password_parameters: lock.as_ref().map(|lock| lock.parameters.as_slice()),
            subject: subject.as_deref(),
            message: message.as_deref(),
            max_downloads: new.max_downloads.or_else(|| session.policy().max_downloads_default),
            mailbox_id,
            protection,
            created_at: now,
            expires_at,
            submission: None,
            allow_reply: new.allow_reply,
            mode: new.mode,
            server_half: half.as_deref(),
        })
        .await?;
        for recipient in &rows {
            tx.insert_recipient(&recipient.borrowed()).await?;
        }
        let event = audit::Event::Created { by: session.user(), mailbox: mailbox_id, mode: new.mode };
        event.record(&mut tx, place, now).await?;
        tx.commit().await?;
        let mut view = self.view(session, place.transfer).await?;
        view.generated_password = lock.and_then(|lock| lock.generated);
        view.notices = heard.notices;
        for (view, row) in view.recipients.iter_mut().zip(rows) {
            view.generated_password = row.lock.and_then(|lock| lock.generated);
        }
        Ok(view)
    }

    /// A recipient's row, with what he alone is asked for. `index` tells those apart that are added in the same millisecond: they are listed by their
    /// ids, in the order in which their sender named them.
    pub(crate) async fn seal_recipient(
        &self,
        session: &SenderSession,
        locking: &Locking<'_>,
        (index, new, protection): (usize, &NewRecipient, Option<Protection>),
    ) -> Result<SealedRecipient, TransferError> {
        let later = Duration::from_millis(index as u64);
        let id = self.new_id(|now, random| RecipientId::new(now + later, random));
        let (place, key) = (locking.place, locking.key);
        let needed = protection.unwrap_or(locking.protection);
        let phone = new.phone.as_ref().filter(|_| needed.needs_phone());
        let lock = self.lock(session, locking, new.password.as_ref(), &[new.address.as_str()]).await?;
        Ok(SealedRecipient {
            id,
            place,
            address: key.seal_column(place.address(id), new.address.as_str().as_bytes(), self.random()),
            address_hmac: session
                .tenant_key()
                .lookup_hmac("recipients.address", new.address.lookup_key().as_bytes()),
            protection,
            phone: phone
                .map(|phone| key.seal_column(place.phone(id), phone.as_str().as_bytes(), self.random())),
            lock,
        })
    }
}

impl NewTransfer {
    /// Words of the transfer that somebody who guesses its password would try first.
    pub(crate) fn known_words(&self) -> Vec<&str> {
        let addresses = self.recipients.iter().take(10).map(|recipient| recipient.address.as_str());
        addresses.chain(self.subject.as_deref()).collect()
    }
}

/// A recipient's row, sealed.
pub(crate) struct SealedRecipient {
    pub(crate) id: RecipientId,
    place: Place,
    address: Vec<u8>,
    pub(crate) address_hmac: [u8; 32],
    protection: Option<Protection>,
    phone: Option<Vec<u8>>,
    pub(crate) lock: Option<Lock>,
}

impl SealedRecipient {
    pub(crate) fn borrowed(&self) -> RecipientRow<'_> {
        RecipientRow {
            id: self.id,
            tenant_id: self.place.tenant,
            transfer_id: self.place.transfer,
            address: &self.address,
            address_hmac: &self.address_hmac,
            protection: self.protection,
            phone: self.phone.as_deref(),
            locked_content_key: self.lock.as_ref().map(|lock| lock.content_key.as_slice()),
            password_parameters: self.lock.as_ref().map(|lock| lock.parameters.as_slice()),
        }
    }
}

/// In whose name it is sent.
pub(crate) fn in_name(mailbox: Option<&EmailAddress>) -> InName<'_> {
    mailbox.map_or(InName::Own, InName::Mailbox)
}

/// The mailbox with this address, which the user must be allowed to send for. Whether there is one, and whose, he does not
/// hear.
async fn mailbox_of(
    tx: &mut Tx,
    session: &SenderSession,
    address: Option<&EmailAddress>,
) -> Result<Option<MailboxId>, TransferError> {
    let Some(address) = address else {
        return Ok(None);
    };
    let hmac = MailboxColumns::address_hmac(session.tenant_key(), address);
    let mailbox = tx.mailbox_to_send_for(session.tenant(), &hmac, session.user()).await?;
    Ok(Some(mailbox.ok_or(TransferError::Forbidden)?.id))
}

/// Fails if something of it can be for nobody, or is the tenant's to say. Gives its end.
pub(crate) fn check(
    session: &SenderSession,
    new: &NewTransfer,
    now: Timestamp,
) -> Result<Timestamp, TransferError> {
    let policy = session.policy();
    for (choice, said) in [
        (SenderChoice::Expiry, new.expires_at.is_some()),
        (SenderChoice::MaxDownloads, new.max_downloads.is_some()),
        (SenderChoice::Reply, new.allow_reply.is_some()),
    ] {
        if said && policy.locks(choice) {
            return Err(TransferError::Locked(choice));
        }
    }
    if new.allow_reply == Some(true) && policy.replies == Replies::Forbid {
        return Err(TransferError::Locked(SenderChoice::Reply));
    }
    let expires_at = policy.expiry(now, new.expires_at)?;
    if new.recipients.len() as u64 > policy.max_recipients {
        return Err(TransferError::TooManyRecipients(policy.max_recipients));
    }
    let too_long = |text: &Option<String>, most| text.as_ref().is_some_and(|text| text.len() > most);
    if too_long(&new.subject, MAX_SUBJECT_BYTES)
        || new.subject.iter().any(|s| s.chars().any(|c| c.is_control() || is_deceptive(c)))
    {
        return Err(TransferError::Invalid(
            "a subject is one line of at most 998 bytes, read in one direction",
        ));
    }
    if too_long(&new.message, MAX_MESSAGE_BYTES) {
        return Err(TransferError::Invalid("a message has at most 65536 bytes"));
    }
    if new.max_downloads.is_some_and(|most| !(1..=1_000_000).contains(&most)) {
        return Err(TransferError::Invalid("max_downloads is 1 to 1000000"));
    }
    Ok(expires_at)
}

/// Each address once, as it was named first.
pub(crate) fn distinct(recipients: &[NewRecipient]) -> Vec<&NewRecipient> {
    let mut seen = std::collections::HashSet::new();
    recipients.iter().filter(|recipient| seen.insert(recipient.address.lookup_key())).collect()
}
