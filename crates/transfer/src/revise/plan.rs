//! What a draft is to be: looked at as a whole, before anything is written.

use sealpost_auth::{LogEntry, SenderSession};
use sealpost_db::Recipient;
use sealpost_domain::{Protection, RecipientId, SenderChoice, Timestamp};
use sealpost_sealed::ContentKey;

use super::{
    Revision,
    recipients::{Named, Staying},
};
use crate::{
    GeneratedPassword, NewTransfer, Service, TransferError,
    audit::Event,
    content::Heard,
    create::{SealedRecipient, check, in_name},
    get::subject,
    judge::Asked,
    protect::{Common, Locking, usual},
    unlock::Unlocked,
    zero_knowledge::{Known, check_words},
};

/// What is to be written.
pub(super) struct Plan {
    /// The recipients that it was made for.
    pub(super) seen: Vec<Recipient>,
    /// What rules find in what is written, and their version.
    pub(super) heard: Heard,
    pub(super) subject: Option<Vec<u8>>,
    pub(super) message: Option<Vec<u8>>,
    pub(super) protection: Protection,
    pub(super) locked_content_key: Option<Vec<u8>>,
    pub(super) password_parameters: Option<Vec<u8>>,
    pub(super) generated: Option<GeneratedPassword>,
    pub(super) max_downloads: Option<u64>,
    pub(super) allow_reply: Option<bool>,
    /// Another end, if there is one.
    pub(super) end: Option<End>,
    pub(super) added: Vec<SealedRecipient>,
    /// Who stays, and is asked for something else.
    pub(super) staying: Vec<Staying>,
    pub(super) removed: Vec<RecipientId>,
    /// What all are asked for.
    pub(super) needed: Vec<Protection>,
    /// What became different, for the log.
    pub(super) changed: Vec<&'static str>,
    /// What the log says of recipients.
    pub(super) entries: Vec<LogEntry>,
}

/// Another end, with the transfer's key wrapped for its day.
pub(super) struct End {
    pub(super) at: Timestamp,
    pub(super) transfer_key: Vec<u8>,
}

/// What is written in it from now on.
struct Texts {
    subject: Option<String>,
    message: Option<String>,
    /// Which of them are others.
    changed: Vec<&'static str>,
}

/// What it asks of its recipients from now on.
struct Asking {
    of_transfer: Protection,
    /// Of each, in their order.
    needed: Vec<Protection>,
    with_password: bool,
}

impl Plan {
    /// Whether all is so already.
    pub(super) fn is_nothing(&self) -> bool {
        self.changed.is_empty() && self.entries.is_empty() && self.end.is_none()
    }
}

impl Service {
    /// # Errors
    /// Those of creating it so.
    pub(super) async fn plan_revision(
        &self,
        session: &SenderSession,
        transfer: &Unlocked,
        revision: &Revision,
    ) -> Result<Plan, TransferError> {
        let (row, place, random) = (&transfer.row, transfer.place, self.random());
        let as_new = NewTransfer { mode: row.mode, ..revision.as_new() };
        check_words(&as_new)?;
        let at = check(session, &as_new, self.now())?;
        if revision.max_downloads.is_some() && session.policy().locks(SenderChoice::MaxDownloads) {
            return Err(TransferError::Locked(SenderChoice::MaxDownloads));
        }
        let content_key = transfer.content_key()?.ok_or(TransferError::Damaged)?;
        let texts = texts(transfer, &content_key, revision)?;
        // Before recipients are judged: rules that are others by then are of a later version than this.
        let heard = self.hear_texts(session, texts.subject.as_deref(), texts.message.as_deref()).await?;
        let seen = self.db().read().await?.recipients_of_transfer(place.transfer).await?;
        let (named, left) = Named::all(transfer, &seen, revision.recipients.as_deref())?;
        let mailbox = self.sender_mailbox(session, row).await?;
        let addresses: Vec<_> = named.iter().map(|named| &named.new.address).collect();
        let asked = self.judge(session, in_name(mailbox.as_ref()), &addresses, Some(place.transfer)).await?;
        let sayings = (asked.sayings.as_slice(), Known::Recipients);
        self.check_mode(session, row.mode, sayings, Some(place.transfer)).await?;
        let said = (&heard, !texts.changed.is_empty());
        let asking = match self.ask(session, transfer, revision, (&named, &asked.asked), said) {
            Ok(asking) => asking,
            Err(error) => {
                return Err(self.note_required(session, Some(place.transfer), &heard, error).await);
            }
        };
        let locking = Locking {
            place,
            key: &transfer.key,
            content_key: Some(&content_key),
            protection: asking.of_transfer,
        };
        let mut known: Vec<&str> = addresses.iter().take(10).map(|address| address.as_str()).collect();
        known.extend(texts.subject.as_deref());
        let lock = self.lock(session, &locking, as_new.password.as_ref(), &known).await?;
        let keeps = asking.with_password && lock.is_none();
        let seal = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let mut plan = Plan {
            subject: seal(&texts.subject)
                .map(|text| transfer.key.seal_column(place.subject(), text.as_bytes(), random)),
            message: seal(&texts.message)
                .map(|text| content_key.seal_column(place.message(), text.as_bytes(), random)),
            protection: asking.of_transfer,
            locked_content_key: match &lock {
                Some(lock) => Some(lock.content_key.clone()),
                None => row.locked_content_key.clone().filter(|_| keeps),
            },
            password_parameters: match &lock {
                Some(lock) => Some(lock.parameters.clone()),
                // What the sender's program has sealed with them stays until it seals anew.
                None => row.password_parameters.clone().filter(|_| keeps || row.is_zero_knowledge()),
            },
            generated: None,
            max_downloads: match revision.max_downloads {
                Some(most) => most.or_else(|| session.policy().max_downloads_default),
                None => row.max_downloads,
            },
            allow_reply: revision.allow_reply.or(row.allow_reply),
            end: self.end(transfer, revision.expires_at.map(|_| at)).await?,
            added: Vec::new(),
            staying: Vec::new(),
            removed: left.clone(),
            needed: asking.needed.iter().copied().chain([asking.of_transfer]).collect(),
            changed: texts.changed,
            entries: Vec::new(),
            seen,
            heard,
        };
        let of_transfer = [
            ("protection", plan.protection != row.protection),
            ("password", plan.password_parameters != row.password_parameters),
            ("max_downloads", plan.max_downloads != row.max_downloads),
            ("allow_reply", plan.allow_reply != row.allow_reply),
        ];
        plan.changed.extend(of_transfer.iter().filter(|(_, changed)| *changed).map(|(word, _)| *word));
        plan.generated = lock.and_then(|lock| lock.generated);
        let by = session.user();
        // Whom it is for is said when it is sent; of who was taken out before, nothing is kept.
        for recipient in &left {
            plan.entries.push(Event::RecipientRemoved { by, recipient: *recipient }.with_nobody(place));
        }
        for (index, (named, needed)) in named.iter().zip(&asking.needed).enumerate() {
            let own = Some(*needed).filter(|needed| *needed != asking.of_transfer);
            match &named.row {
                Some(row) => plan.staying.extend(self.stay(session, &locking, (named, row, own)).await?),
                None => {
                    let sealed = self.seal_recipient(session, &locking, (index, &named.new, own)).await?;
                    let event = Event::RecipientAdded { by, recipient: sealed.id };
                    plan.entries.push(event.with_nobody(place));
                    plan.added.push(sealed);
                }
            }
        }
        if !plan.staying.is_empty() {
            plan.changed.push("recipients");
        }
        Ok(plan)
    }

    /// What it asks of its recipients. What was asked of one stays where nothing new is said and it can stay.
    fn ask(
        &self,
        session: &SenderSession,
        transfer: &Unlocked,
        revision: &Revision,
        (recipients, asked): (&[Named], &[Asked]),
        (heard, is_written_anew): (&Heard, bool),
    ) -> Result<Asking, TransferError> {
        let (policy, row) = (session.policy(), &transfer.row);
        if policy.locks(SenderChoice::Protection) && revision.protection.is_some() {
            return Err(TransferError::Locked(SenderChoice::Protection));
        }
        let had_password = row.locked_content_key.is_some() || row.is_sealed_with_password();
        let wanted =
            row.is_zero_knowledge() && revision.protection.unwrap_or(row.protection).needs_password();
        let with_password = wanted || revision.password.as_ref().map_or(had_password, Option::is_some);
        let of_transfer = revision.protection.unwrap_or_else(|| {
            let fits = with_password == had_password || row.protection.needs_password() == with_password;
            // What is written anew chooses for who has not chosen, and where it must be another.
            let by_default = row.protection == policy.default_protection(with_password);
            let is_chosen_anew = is_written_anew && (by_default || !heard.allows(row.protection));
            if fits && !is_chosen_anew {
                return row.protection;
            }
            let phones = recipients.iter().all(|named| named.new.phone.is_some());
            usual(policy, heard, with_password, phones)
        });
        if recipients.is_empty() || asked.contains(&Asked::BySettings) {
            self.check_allowed(policy, of_transfer, &Asked::BySettings)?;
        }
        let said = revision.protection.is_some();
        let common = Common { policy, of_transfer, said, with_password, heard };
        let (mut is_used, mut needed) = (of_transfer.needs_password(), Vec::new());
        for (named, asked) in recipients.iter().zip(asked) {
            let of_him = match named.kept(&common, asked) {
                Some(kept) => kept,
                // A password of his own that he has is there for him as that of all is.
                None => {
                    let with_password = with_password || named.has_lock();
                    self.choose_for(&Common { with_password, ..common }, &named.new, asked)?
                }
            };
            is_used |= of_him.needs_password() && !named.has_own_password();
            needed.push(of_him);
        }
        if matches!(revision.password, Some(Some(_))) && !is_used {
            return Err(TransferError::Invalid("a password was given, and nobody is asked for it"));
        }
        if of_transfer.needs_password() && !with_password && recipients.is_empty() {
            return Err(TransferError::Invalid("the protection needs a password"));
        }
        Ok(Asking { of_transfer, needed, with_password: with_password && is_used })
    }

    async fn end(&self, transfer: &Unlocked, at: Option<Timestamp>) -> Result<Option<End>, TransferError> {
        let Some(at) = at.filter(|at| *at != transfer.row.expires_at) else {
            return Ok(None);
        };
        let epoch_key = self.keys().epoch_key(transfer.place.tenant, at.epoch()).await?;
        let place = transfer.place.transfer_key();
        let transfer_key = epoch_key.wrap_transfer_key(&transfer.key, place, self.random());
        Ok(Some(End { at, transfer_key }))
    }
}

fn texts(transfer: &Unlocked, content_key: &ContentKey, revision: &Revision) -> Result<Texts, TransferError> {
    let place = transfer.place.message();
    let message = transfer.row.message.as_ref().map(|sealed| content_key.open_text(place, sealed));
    let before = (subject(transfer)?, message.transpose()?);
    let after = |said: &Option<Option<String>>, before: &Option<String>| match said {
        Some(said) => said.clone().filter(|text| !text.is_empty()),
        None => before.clone(),
    };
    let (subject, message) = (after(&revision.subject, &before.0), after(&revision.message, &before.1));
    let all = [("subject", subject != before.0), ("message", message != before.1)];
    let changed = all.iter().filter(|(_, changed)| *changed).map(|(word, _)| *word).collect();
    Ok(Texts { subject, message, changed })
}
