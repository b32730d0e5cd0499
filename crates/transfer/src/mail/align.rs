//! Who gets a transfer becomes who gets its mail.

use std::collections::{HashMap, HashSet};

use sealpost_auth::{LogEntry, SenderSession, TICKET_LIFE};
use sealpost_db::{Recipient, Tx};
use sealpost_domain::{EmailAddress, Protection, RecipientId, TransferState};

use crate::{
    NewRecipient, Service, TransferError,
    audit::Event,
    create::{SealedRecipient, in_name},
    judge::own_address,
    protect::check_accounts,
    send::still_sends_for,
    unlock::Unlocked,
    zero_knowledge::Known,
};

/// What is said where somebody else has changed the recipients since it was planned: it is tried again.
pub(super) const CHANGED: &str = "its recipients have changed at this moment";

/// How the recipients of a transfer become those whom its mail goes to.
pub(crate) struct Alignment {
    /// Whom it had when this was planned, and whether they were blocked.
    seen: Vec<(RecipientId, bool)>,
    added: Vec<Newcomer>,
    unblocked: Vec<(RecipientId, EmailAddress)>,
    removed: Vec<(RecipientId, EmailAddress)>,
}

struct Newcomer {
    row: SealedRecipient,
    address: EmailAddress,
    needed: Protection,
}

impl Alignment {
    /// Whether all is so already.
    pub(super) fn is_nothing(&self) -> bool {
        self.added.is_empty() && self.unblocked.is_empty() && self.removed.is_empty()
    }

    /// Who can fetch it from now on.
    pub(super) fn added(&self) -> Vec<EmailAddress> {
        let unblocked = self.unblocked.iter().map(|(_, address)| address);
        self.added.iter().map(|newcomer| &newcomer.address).chain(unblocked).cloned().collect()
    }

    /// Who can no longer.
    pub(super) fn removed(&self) -> Vec<EmailAddress> {
        self.removed.iter().map(|(_, address)| address.clone()).collect()
    }

    fn check(&self, rows: &[Recipient]) -> Result<(), TransferError> {
        if seen(rows) == self.seen { Ok(()) } else { Err(TransferError::NotReady(CHANGED)) }
    }
}

impl Service {
    /// What is to be done so that a transfer is for those whom its mail goes to; nothing, if it goes to nobody. The sender himself
    /// is added only if the mail is for nobody else.
    ///
    /// # Errors
    /// Those of [`Service::add_recipient`].
    pub(super) async fn plan_alignment(
        &self,
        session: &SenderSession,
        transfer: &Unlocked,
        mail: &[EmailAddress],
    ) -> Result<Alignment, TransferError> {
        let id = transfer.place.transfer;
        let mut conn = self.db().read().await?;
        let rows = conn.recipients_of_transfer(id).await?;
        let mut line =
            Alignment { seen: seen(&rows), added: Vec::new(), unblocked: Vec::new(), removed: Vec::new() };
        if mail.is_empty() {
            return Ok(line);
        }
        let own = own_address(&mut conn, session).await?;
        drop(conn);
        let mailbox = self.sender_mailbox(session, &transfer.row).await?;
        let named: HashSet<_> = mail.iter().map(EmailAddress::lookup_key).collect();
        let mut has = HashMap::new();
        for row in &rows {
            let address = transfer.address(row)?;
            has.insert(address.lookup_key(), row.id);
            match (named.contains(&address.lookup_key()), row.blocked_at.is_some()) {
                (true, true) => line.unblocked.push((row.id, address)),
                (false, false) => line.removed.push((row.id, address)),
                (true, false) | (false, true) => {}
            }
        }
        let own: Vec<_> =
            [Some(own), mailbox.clone()].into_iter().flatten().map(|it| it.lookup_key()).collect();
        let to_others = named.iter().any(|key| !own.contains(key));
        let mut counted = HashSet::new();
        let is_new = |address: &&EmailAddress| {
            let key = address.lookup_key();
            let is_left_out = has.contains_key(&key) || to_others && own.contains(&key);
            !is_left_out && counted.insert(key)
        };
        let new: Vec<&EmailAddress> = mail.iter().filter(is_new).collect();
        if new.is_empty() {
            return Ok(line);
        }
        let heeded = self.judge(session, in_name(mailbox.as_ref()), &new, Some(id)).await?;
        let sayings = (heeded.sayings.as_slice(), Known::Newcomer);
        self.check_mode(session, transfer.row.mode, sayings, Some(id)).await?;
        let asked = heeded.asked;
        let heard = self.required_of(id).await?;
        for (index, (address, asked)) in new.into_iter().zip(&asked).enumerate() {
            let recipient = NewRecipient::from(address.clone());
            let newcomer = (index, &recipient, asked);
            let (row, needed) = self.seal_newcomer(session, transfer, &heard, newcomer).await?;
            line.added.push(Newcomer { row, address: address.clone(), needed });
        }
        Ok(line)
    }

    /// In a draft, in the transaction that sends it: what was taken out is gone. Gives what the log says of it: whom a draft is for is said when it is sent, and of who
    /// was taken out before, nothing is kept.
    pub(crate) async fn align_draft(
        &self,
        tx: &mut Tx,
        session: &SenderSession,
        transfer: &Unlocked,
        line: &Alignment,
    ) -> Result<Vec<LogEntry>, TransferError> {
        let (id, by) = (transfer.place.transfer, session.user());
        let rows = tx.recipients_of_transfer(id).await?;
        line.check(&rows)?;
        check_count(session, (rows.len() + line.added.len()).saturating_sub(line.removed.len()))?;
        let mut entries = Vec::new();
        for (recipient, _) in &line.removed {
            tx.remove_recipient(id, *recipient).await?;
            entries.push(Event::RecipientRemoved { by, recipient: *recipient }.with_nobody(transfer.place));
        }
        for newcomer in &line.added {
            tx.insert_recipient(&newcomer.row.borrowed()).await?;
            let event = Event::RecipientAdded { by, recipient: newcomer.row.id };
            entries.push(event.with_nobody(transfer.place));
        }
        for (recipient, _) in &line.unblocked {
            tx.unblock_recipient(id, *recipient).await?;
            entries.push(Event::RecipientUnblocked { by, recipient: *recipient }.with_nobody(transfer.place));
        }
        Ok(entries)
    }

    /// In what was sent: who was taken out is blocked, and who was added has his link, which the mail's leads to.
    ///
    /// # Errors
    /// [`TransferError::NotFound`] for what is blocked or over, or was sent too long ago.
    pub(super) async fn align_sent(
        &self,
        session: &SenderSession,
        transfer: &Unlocked,
        line: &Alignment,
    ) -> Result<(), TransferError> {
        if line.is_nothing() {
            return Ok(());
        }
        let (place, by, now) = (transfer.place, session.user(), self.now());
        let id = place.transfer;
        let mut tx = self.db().write().await?;
        let row = tx.transfer_for_update(place.tenant, id).await?.ok_or(TransferError::NotFound)?;
        let state = row.state.at(now, row.expires_at);
        let in_time = row.sent_at.is_some_and(|sent| now < sent + TICKET_LIFE);
        if !in_time || !matches!(state, TransferState::Sealed | TransferState::Available) {
            return Err(TransferError::NotFound);
        }
        still_sends_for(&mut tx, session, &row).await?;
        let rows = tx.recipients_of_transfer(id).await?;
        line.check(&rows)?;
        check_count(session, rows.len() + line.added.len())?;
        check_accounts(&mut tx, place.tenant, line.added.iter().map(|newcomer| newcomer.needed)).await?;
        let mut entries = Vec::new();
        for newcomer in &line.added {
            tx.insert_recipient(&newcomer.row.borrowed()).await?;
        }
        let added: HashSet<_> = line.added.iter().map(|newcomer| newcomer.row.id).collect();
        let mut newcomers = tx.recipients_of_transfer(id).await?;
        newcomers.retain(|row| added.contains(&row.id));
        // Once more, in what is committed with it: rules may have changed since it was planned.
        let heeded = match self.judge_rows(&mut tx, session, transfer, (&row, &newcomers)).await? {
            Ok(heeded) => heeded,
            Err(refused) => {
                drop(tx);
                return Err(self.refuse(session, Some(id), refused).await);
            }
        };
        for (recipient, asked) in newcomers.iter().zip(&heeded.asked) {
            let needed = recipient.protection.unwrap_or(row.protection);
            if !asked.allows(session.policy(), needed) {
                return Err(TransferError::Protection(needed));
            }
        }
        heeded.hits.keep(&mut tx, (place.tenant, session.tenant_key()), id, now).await?;
        for newcomer in &line.added {
            self.give_link(&mut tx, transfer, newcomer.row.id, now).await?;
            let event = Event::RecipientAdded { by, recipient: newcomer.row.id };
            entries.push(self.entry_about(transfer, event, &newcomer.address));
        }
        let mut forgotten = Vec::new();
        for (recipient, address) in &line.removed {
            tx.block_recipient(id, *recipient, now).await?;
            forgotten.extend(rows.iter().filter(|row| row.id == *recipient).map(|row| row.address_hmac));
            let event = Event::RecipientBlocked { by, recipient: *recipient };
            entries.push(self.entry_about(transfer, event, address));
        }
        // In one order, as where a transfer is blocked.
        forgotten.sort_unstable();
        for address in forgotten {
            tx.forget_devices(place.tenant, &address).await?;
        }
        for (recipient, address) in &line.unblocked {
            tx.unblock_recipient(id, *recipient).await?;
            let event = Event::RecipientUnblocked { by, recipient: *recipient };
            entries.push(self.entry_about(transfer, event, address));
        }
        for entry in &entries {
            entry.append(&mut tx, place.tenant, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// What the log says of a recipient who is added or taken out, with his address.
    pub(crate) fn entry_about(&self, transfer: &Unlocked, event: Event, address: &EmailAddress) -> LogEntry {
        let whom = [("address", address.as_str().to_owned())];
        event.with(transfer.place, &transfer.key, &whom, self.random())
    }
}

fn seen(rows: &[Recipient]) -> Vec<(RecipientId, bool)> {
    rows.iter().map(|row| (row.id, row.blocked_at.is_some())).collect()
}

fn check_count(session: &SenderSession, count: usize) -> Result<(), TransferError> {
    let most = session.policy().max_recipients;
    if count as u64 > most { Err(TransferError::TooManyRecipients(most)) } else { Ok(()) }
}
