//! Sending: files and recipients are fixed, everybody gets a link, and the mails are queued.

use std::fmt;

use sealpost_auth::{LinkToken, SendGrant, SenderSession};
use sealpost_db::{NewJob, Recipient, Transfer, Tx};
use sealpost_domain::{
    EmailAddress, Job, JobId, Policy, Protection, RecipientId, Timestamp, TransferEvent, TransferId,
    TransferState,
};

use crate::{
    NewRecipient, RecipientView, Service, TransferError, TransferView,
    audit::Event,
    content::{ContentNotice, Heard, require},
    create::{SealedRecipient, in_name},
    inspect::Checked,
    judge::Asked,
    mail::Alignment,
    place::Place,
    protect::{Common, Locking, check_accounts},
    send_out::Sending,
    unlock::Unlocked,
    zero_knowledge::{Known, MIXED, sealed_whole},
};

/// A transfer that was sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The transfer.
    pub transfer: TransferView,
    /// Everybody's link; none for who has sent another's draft.
    pub links: Vec<RecipientLink>,
}

/// A recipient's link.
#[derive(Clone)]
pub struct RecipientLink {
    /// Whose.
    pub recipient_id: RecipientId,
    /// His address.
    pub email: EmailAddress,
    /// The link.
    pub url: String,
}

/// Without the link: whoever has it, reads.
impl fmt::Debug for RecipientLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecipientLink").field("recipient_id", &self.recipient_id).finish_non_exhaustive()
    }
}

impl Service {
    /// Sends a draft. To send what was sent gives the same links again, and nobody gets a second mail: to its sender, and to
    /// whoever may send in the name of the mailbox that it was sent from, of whom the log says that he has seen them. Whoever
    /// has a link without a password is the recipient, so admins get none.
    ///
    /// # Errors
    /// [`TransferError::Forbidden`] for admins who ask for the links of another; [`TransferError::NotFound`], [`TransferError::Refused`] and [`TransferError::Protection`] if the tenant's rules have
    /// changed since the draft was made, [`TransferError::ModeLocked`] and [`TransferError::ModeRefused`] if they let it not be sealed by its sender any more, or not
    /// by the service, [`TransferError::StatementMissing`] and [`TransferError::StatementOutdated`] while his program has to state what files are, [`TransferError::NotSealedYet`] while he has not sealed all of it, [`TransferError::NotReady`] while files or recipients are missing or an upload is
    /// unfinished, [`TransferError::State`] unless it is a draft, or was sent. It stays `sealed` as long as the malware
    /// scanner has to be heard, or files have to be compared with those that nobody may send.
    pub async fn send(&self, grant: &SendGrant, id: TransferId) -> Result<Sent, TransferError> {
        let session: &SenderSession = grant;
        let row = self.seen(session, id).await?;
        let state = row.state.at(self.now(), row.expires_at);
        let was_sent = matches!(state, TransferState::Available | TransferState::Sealed);
        if row.source().is_some() && !was_sent {
            return Err(TransferError::NotReady("it comes in from outside: whoever uploads sends it"));
        }
        let sent = if was_sent { None } else { self.seal_and_release(session, id, None).await? };
        let gets_links = match self.sent_for(session, id, false).await {
            Ok(_) => true,
            Err(TransferError::Forbidden) if sent.is_some() => false,
            Err(refused) => return Err(refused),
        };
        if sent.is_none() && session.user() != row.sender_id {
            self.note_links_shown(session, &row).await?;
        }
        let mut transfer = self.view(session, id).await?;
        transfer.notices = sent.unwrap_or_default();
        if !gets_links {
            return Ok(Sent { transfer, links: Vec::new() });
        }
        let unlocked = self.unlock(self.seen(session, id).await?).await?;
        let recipients = self.db().read().await?.recipients_of_transfer(id).await?;
        let links = recipients.iter().map(|row| self.link(&unlocked, row)).collect::<Result<_, _>>()?;
        Ok(Sent { transfer, links })
    }

    /// Adds a recipient: to a draft, or to what is available, where he gets his link and mail at once. An address
    /// that is there already is left as it is.
    ///
    /// # Errors
    /// [`TransferError::NotFound`], [`TransferError::Refused`], [`TransferError::Protection`],
    /// [`TransferError::ProtectionRequired`], [`TransferError::ModeRefused`], [`TransferError::State`], [`TransferError::TooManyRecipients`];
    /// [`TransferError::SealedBySender`] for a password that nobody here may see.
    pub async fn add_recipient(
        &self,
        grant: &SendGrant,
        id: TransferId,
        new: impl Into<NewRecipient>,
    ) -> Result<RecipientView, TransferError> {
        let session: &SenderSession = grant;
        let new = new.into();
        let transfer = self.unlock(self.seen(session, id).await?).await?;
        if transfer.row.source().is_some() {
            return Err(TransferError::NotReady("it has come in from outside: it is for nobody else"));
        }
        let mailbox = self.sender_mailbox(session, &transfer.row).await?;
        let heeded = self.judge(session, in_name(mailbox.as_ref()), &[&new.address], Some(id)).await?;
        let sayings = (heeded.sayings.as_slice(), Known::Newcomer);
        self.check_mode(session, transfer.row.mode, sayings, Some(id)).await?;
        let heard = self.required_of(id).await?;
        let newcomer = (0, &new, &heeded.asked[0]);
        let (sealed, needed) = self.seal_newcomer(session, &transfer, &heard, newcomer).await?;
        let now = self.now();
        let mut tx = self.db().write().await?;
        let row = tx.transfer_for_update(session.tenant(), id).await?.ok_or(TransferError::NotFound)?;
        still_sends_for(&mut tx, session, &row).await?;
        check_accounts(&mut tx, session.tenant(), [needed]).await?;
        let state = row.state.at(now, row.expires_at);
        if state != TransferState::Available {
            state.after(TransferEvent::Seal)?;
        }
        let known = tx.recipient_by_address(id, &sealed.address_hmac).await?;
        if let Some(known) = known {
            drop(tx);
            return self.recipient_view(id, Some(&transfer), known.id).await;
        }
        let most = session.policy().max_recipients;
        if tx.recipients_of_transfer(id).await?.len() as u64 >= most {
            return Err(TransferError::TooManyRecipients(most));
        }
        tx.insert_recipient(&sealed.borrowed()).await?;
        if state == TransferState::Available {
            let place = (session.tenant(), session.tenant_key());
            heeded.hits.keep(&mut tx, place, id, now).await?;
            self.give_link(&mut tx, &transfer, sealed.id, now).await?;
            if !row.in_mail {
                self.tell(&mut tx, session.tenant(), sealed.id, now).await?;
            }
        }
        let event = Event::RecipientAdded { by: session.user(), recipient: sealed.id };
        // Whom a draft is for is said when it is sent, unless he was taken out before.
        let entry = match state {
            TransferState::Draft => event.with_nobody(transfer.place),
            _ => self.entry_about(&transfer, event, &new.address),
        };
        entry.append(&mut tx, transfer.place.tenant, now).await?;
        tx.commit().await?;
        let mut view = self.recipient_view(id, Some(&transfer), sealed.id).await?;
        view.generated_password = sealed.lock.and_then(|lock| lock.generated);
        Ok(view)
    }

    /// The row of somebody who is added to a transfer, and what he has to show: by the transfer, and by what the tenant's rules
    /// say of him.
    pub(crate) async fn seal_newcomer(
        &self,
        session: &SenderSession,
        transfer: &Unlocked,
        heard: &Heard,
        (index, new, asked): (usize, &NewRecipient, &Asked),
    ) -> Result<(SealedRecipient, Protection), TransferError> {
        let protection = transfer.row.protection;
        let common = Common {
            policy: session.policy(),
            of_transfer: protection,
            said: false,
            with_password: transfer.row.locked_content_key.is_some()
                || transfer.row.is_zero_knowledge() && protection.needs_password()
                || transfer.row.is_sealed_with_password(),
            heard,
        };
        if transfer.row.is_zero_knowledge() && new.password.is_some() {
            return Err(TransferError::SealedBySender(
                "the password is not shown to the service: it is not said here",
            ));
        }
        let needed = self.choose_for(&common, new, asked)?;
        let is_draft = transfer.row.sent_at.is_none();
        if transfer.row.is_zero_knowledge()
            && !is_draft
            && needed.needs_password() != transfer.row.is_sealed_with_password()
        {
            return Err(MIXED);
        }
        let content_key = transfer.content_key()?;
        if content_key.is_none() && !needed.needs_password() {
            return Err(TransferError::NotReady(
                "the files open with their password only: whoever is added now needs it",
            ));
        }
        let locking = Locking {
            place: transfer.place,
            key: &transfer.key,
            content_key: content_key.as_ref(),
            protection,
        };
        let own = Some(needed).filter(|needed| *needed != protection);
        Ok((self.seal_recipient(session, &locking, (index, new, own)).await?, needed))
    }

    /// In one transaction: no file or recipient can slip in, and no mail is queued for what was not sent. Gives what rules have
    /// found in what is written; `None` if it was sent by somebody else a moment earlier. With `line` its recipients become
    /// those first.
    pub(crate) async fn seal_and_release(
        &self,
        session: &SenderSession,
        id: TransferId,
        line: Option<&Alignment>,
    ) -> Result<Option<Vec<ContentNotice>>, TransferError> {
        let transfer = self.unlock(self.seen(session, id).await?).await?;
        let now = self.now();
        let is_draft = transfer.row.state.at(now, transfer.row.expires_at) == TransferState::Draft;
        let (checked, scans, of_files) = if is_draft {
            let (checked, rules, sayings) = self.check_files(session, &transfer).await?;
            (Some(checked), rules.scan().applies(self.scanner().is_some()), sayings)
        } else {
            (None, false, Vec::new())
        };
        let heard = match &checked {
            // What is written in what comes in is its recipient's own.
            // And what its sender's program has sealed nobody here can read.
            Some(checked) if transfer.row.source().is_some() || transfer.row.is_zero_knowledge() => {
                Heard { version: checked.version, ..Heard::default() }
            }
            Some(_) => self.hear(session, &transfer).await?,
            None => Heard::default(),
        };
        let mut tx = self.db().write().await?;
        let row = tx.transfer_for_update(session.tenant(), id).await?.ok_or(TransferError::NotFound)?;
        let state = row.state.at(now, row.expires_at);
        if matches!(state, TransferState::Available | TransferState::Sealed) {
            return Ok(None); // the same request, a moment earlier
        }
        state.after(TransferEvent::Seal)?;
        still_sends_for(&mut tx, session, &row).await?;
        let aligned = match line {
            Some(line) => self.align_draft(&mut tx, session, &transfer, line).await?,
            None => Vec::new(),
        };
        let recipients = ready(&mut tx, id).await?;
        sealed_whole(&mut tx, &row, &recipients).await?;
        still_checked(&mut tx, id, session, (checked, &heard)).await?;
        let judged = self.judge_rows(&mut tx, session, &transfer, (&row, &recipients)).await?;
        let heeded = match judged {
            Ok(heeded) => heeded,
            Err(refused) => {
                drop(tx);
                return Err(self.refuse(session, Some(id), refused).await);
            }
        };
        // What comes in is sealed by the service unless a request or portal says otherwise: that may be forbidden, and is never
        // required.
        if row.source().is_none() || row.is_zero_knowledge() {
            let sayings = [of_files, heeded.sayings.clone()].concat();
            let known = (sayings.as_slice(), Known::All);
            if let Err(refused) = self.judge_mode(&mut tx, session, row.mode, known).await? {
                drop(tx);
                return Err(self.refuse_mode(session, Some(id), refused).await);
            }
        }
        let readable = check_protections(session.policy(), &row, &recipients, &heeded.asked)?;
        let needed = recipients.iter().map(|recipient| recipient.protection.unwrap_or(row.protection));
        check_accounts(&mut tx, session.tenant(), needed).await?;
        if let Err(error) = require(&mut tx, transfer.place, &heard, (&row, &recipients)).await {
            drop(tx);
            return Err(self.note_required(session, Some(id), &heard, error).await);
        }
        for hits in [&heeded.hits, &heard.hits] {
            hits.keep(&mut tx, (session.tenant(), session.tenant_key()), id, now).await?;
        }
        for entry in &aligned {
            entry.append(&mut tx, session.tenant(), now).await?;
        }
        let sending = Sending { row: &row, recipients: &recipients, scans, readable };
        self.send_out(&mut tx, session, &transfer, &sending).await?;
        tx.commit().await?;
        self.metrics().transfer_sent();
        Ok(Some(heard.notices))
    }

    /// Whoever has a link without a password is the recipient: that it was shown to another is on record before it is.
    async fn note_links_shown(&self, session: &SenderSession, row: &Transfer) -> Result<(), TransferError> {
        let (place, now) = (Place { tenant: row.tenant_id, transfer: row.id }, self.now());
        let mut tx = self.db().write().await?;
        // Locked first, as everywhere.
        tx.transfer_for_update(place.tenant, place.transfer).await?.ok_or(TransferError::NotFound)?;
        Event::LinksShown { by: session.user() }.record(&mut tx, place, now).await?;
        Ok(tx.commit().await?)
    }

    /// Queues a job in the caller's transaction; one that is queued already is enough.
    pub(crate) async fn enqueue(
        &self,
        tx: &mut Tx,
        job: &Job,
        run_at: Timestamp,
    ) -> Result<(), TransferError> {
        let payload = serde_json::to_string(job).map_err(TransferError::internal)?;
        tx.enqueue(&NewJob {
            id: self.new_id(JobId::new),
            kind: job.kind(),
            payload: &payload,
            dedupe_key: Some(&job.dedupe_key()),
            run_at,
            created_at: self.now(),
        })
        .await?;
        Ok(())
    }

    /// A recipient's link, from its sealed token.
    pub(crate) fn link(&self, transfer: &Unlocked, row: &Recipient) -> Result<RecipientLink, TransferError> {
        let place = transfer.place;
        let sealed = row.link_token.as_ref().ok_or(TransferError::NotFound)?;
        let token = transfer.key.open_column(place.link_token(row.id), sealed)?;
        let token = LinkToken::from_bytes(&token).ok_or(TransferError::Damaged)?;
        let address = transfer.key.open_text(place.address(row.id), &row.address)?;
        let email = address.parse().map_err(TransferError::internal)?;
        Ok(RecipientLink { recipient_id: row.id, email, url: self.link_url(&token) })
    }
}

/// In a mailbox's name only who may send for it now: to whom it was taken away, his drafts are of no more use.
pub(crate) async fn still_sends_for(
    tx: &mut Tx,
    session: &SenderSession,
    row: &Transfer,
) -> Result<(), TransferError> {
    match row.mailbox_id {
        Some(mailbox) if !tx.may_send_for(mailbox, session.user()).await? => Err(TransferError::Forbidden),
        _ => Ok(()),
    }
}

/// The recipients of a draft that lacks nothing.
async fn ready(tx: &mut Tx, id: TransferId) -> Result<Vec<Recipient>, TransferError> {
    let recipients = tx.recipients_of_transfer(id).await?;
    if recipients.is_empty() {
        return Err(TransferError::NotReady("the transfer has no recipient"));
    }
    if !tx.unjoined_uploads(id).await?.is_empty() {
        return Err(TransferError::NotReady("an upload is unfinished"));
    }
    if tx.file_entries(id).await?.is_empty() {
        return Err(TransferError::NotReady("the transfer has no file"));
    }
    Ok(recipients)
}

/// Fails if a file has come, or another version of the rules, since the files were checked: whoever sends tries again.
async fn still_checked(
    tx: &mut Tx,
    id: TransferId,
    session: &SenderSession,
    (checked, heard): (Option<Checked>, &Heard),
) -> Result<(), TransferError> {
    let version = tx.policy_number(session.tenant()).await?.ok_or(TransferError::NotFound)?;
    let files = tx.file_entries(id).await?.iter().map(|entry| entry.id).collect();
    if checked == Some(Checked { version, files }) && heard.version == version {
        Ok(())
    } else {
        Err(TransferError::NotReady("files or rules have changed at this moment"))
    }
}

/// Whether somebody reads it without a password. Fails if the tenant's rules have changed since the draft was made.
fn check_protections(
    policy: &Policy,
    row: &Transfer,
    recipients: &[Recipient],
    asked: &[Asked],
) -> Result<bool, TransferError> {
    let mut readable = false;
    for (recipient, asked) in recipients.iter().zip(asked) {
        let needed = recipient.protection.unwrap_or(row.protection);
        if !asked.allows(policy, needed) {
            return Err(TransferError::Protection(needed));
        }
        let locked = recipient.locked_content_key.is_some()
            || row.locked_content_key.is_some()
            || row.is_sealed_with_password();
        if needed.needs_password() && !locked {
            return Err(TransferError::NotReady("a recipient has no password"));
        }
        readable |= !needed.needs_password();
    }
    // The key of the service's own layer, which no password is put in front of.
    Ok(readable || row.is_zero_knowledge())
}
