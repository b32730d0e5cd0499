//! The log of transfers: what those see who run a tenant, or look into how it is run. No content, and no file's name.

use std::collections::HashMap;

use sealpost_auth::{AuditorSession, UserColumns};
use sealpost_db::{FileEntry, Purge, Recipient, Transfer, TransferFilter, TransferSummary};
use sealpost_domain::{
    EmailAddress, FileId, Protection, RecipientId, SubmissionSource, Timestamp, TransferId, TransferMode,
    TransferState, UserId, rules::FileKind,
};
use sealpost_policy::rule_hmac;

use crate::{Service, Stated, TransferError, unlock::Unlocked};

/// Why nothing is found by this state.
pub(crate) const NO_EXPIRED: &str = "what has expired is purged within minutes: ask for purged";

/// Which transfers are asked for.
#[derive(Debug, Clone, Default)]
pub struct LogFilter {
    /// Of the user with this address.
    pub sender: Option<EmailAddress>,
    /// To this address.
    pub recipient: Option<EmailAddress>,
    /// With a file of this kind, as far as files were looked into.
    pub kind: Option<FileKind>,
    /// That has met the rule of this name: one that let it be sent, required something, has found something, or refused what was
    /// tried.
    pub rule: Option<String>,
    /// That has come in by this upload request or portal.
    pub source: Option<SubmissionSource>,
    /// Of this state: draft, sealed, available, blocked or purged.
    pub state: Option<TransferState>,
    /// Made at this time or later.
    pub from: Option<Timestamp>,
    /// Made before this time.
    pub to: Option<Timestamp>,
    /// Before this one in the list.
    pub before: Option<TransferId>,
}

/// A transfer in the log.
#[derive(Debug, Clone)]
pub struct LoggedTransfer {
    /// Which.
    pub id: TransferId,
    /// Its state as it counts now.
    pub state: TransferState,
    /// Who sends it.
    pub sender: UserId,
    /// His address, as long as he is a user.
    pub sender_address: Option<String>,
    /// Who has sent it in to him, if it has come in and its key is at hand.
    pub uploader: Option<EmailAddress>,
    /// By what it has come in.
    pub source: Option<SubmissionSource>,
    /// Who seals what it holds; unknown once it is purged.
    pub mode: Option<TransferMode>,
    /// The subject, if there is one, its key is at hand, and its sender's program has not sealed it.
    pub subject: Option<String>,
    /// What recipients have to show, unless something else is said of one; unknown once it is purged.
    pub protection: Option<Protection>,
    /// When it was created; once it is purged, by its id.
    pub created_at: Timestamp,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was blocked, while it is.
    pub blocked_at: Option<Timestamp>,
    /// When nothing was left of it.
    pub purged_at: Option<Timestamp>,
    /// Files.
    pub file_count: u64,
    /// Their plaintext bytes.
    pub byte_count: u64,
    /// How many recipients.
    pub recipient_count: u64,
    /// How many of them have downloaded something; unknown once it is purged.
    pub downloaded_count: Option<u64>,
}

/// A page of the log, newest first. One that is asked for by a rule, an address or a kind of files together with something else may be
/// short, or empty, although there are more.
#[derive(Debug, Clone)]
pub struct LogPage {
    /// The transfers.
    pub transfers: Vec<LoggedTransfer>,
    /// What to ask for next, if there are more.
    pub next: Option<TransferId>,
}

/// A finished file in the log, without its name.
#[derive(Debug, Clone)]
pub struct LoggedFile {
    /// Which.
    pub id: FileId,
    /// Bytes; sealed ones, if its sender's program has sealed it.
    pub size: u64,
    /// What it is; `None` if nobody has looked.
    pub kind: Option<FileKind>,
    /// What its sender's program states it to be, which has sealed it.
    pub stated: Option<Stated>,
}

/// A recipient in the log.
#[derive(Debug, Clone)]
pub struct LoggedRecipient {
    /// Who.
    pub id: RecipientId,
    /// His address, if its key is at hand.
    pub address: Option<String>,
    /// What he has to show.
    pub protection: Protection,
    /// When he was told.
    pub notified_at: Option<Timestamp>,
    /// When a mail server said that it does not deliver to him.
    pub bounced_at: Option<Timestamp>,
    /// When he first showed what was asked of him.
    pub opened_at: Option<Timestamp>,
    /// When he first had a last byte.
    pub downloaded_at: Option<Timestamp>,
    /// Since when he gets nothing.
    pub blocked_at: Option<Timestamp>,
}

impl Service {
    /// A page of the tenant's transfers that are asked for, newest first. A filter that names a user who is none finds nothing.
    ///
    /// # Errors
    /// [`TransferError::Invalid`] for purged transfers by anything but time; for `expired`, which lasts for minutes.
    pub async fn transfer_log(
        &self,
        session: &AuditorSession,
        filter: &LogFilter,
        limit: u32,
    ) -> Result<LogPage, TransferError> {
        let key = session.tenant_key();
        let mut conn = self.db().read().await?;
        let mut found = TransferFilter {
            recipient: filter
                .recipient
                .as_ref()
                .map(|address| key.lookup_hmac("recipients.address", address.lookup_key().as_bytes())),
            kind: filter.kind,
            rule: filter.rule.as_ref().map(|name| rule_hmac(key, name)),
            source: filter.source,
            state: filter.state,
            from: filter.from,
            to: filter.to,
            before: filter.before,
            sender: None,
        };
        if let Some(address) = &filter.sender {
            let hmac = UserColumns::address_hmac(key, address);
            match conn.user_by_address(session.tenant(), &hmac).await? {
                Some(user) => found.sender = Some(user.id),
                None => return Ok(LogPage { transfers: Vec::new(), next: None }),
            }
        }
        let rows = u64::from(limit) + 1;
        let mut looked_at = None;
        let mut transfers = match filter.state {
            Some(TransferState::Expired) => {
                return Err(TransferError::Invalid(NO_EXPIRED));
            }
            Some(TransferState::Purged)
                if [
                    found.sender.is_some(),
                    found.recipient.is_some(),
                    found.kind.is_some(),
                    found.rule.is_some(),
                    found.source.is_some(),
                ]
                .contains(&true) =>
            {
                return Err(TransferError::Invalid(
                    "purged transfers are found by time only: nothing is left to look them up by",
                ));
            }
            Some(TransferState::Purged) => {
                let rows = conn.purge_log(session.tenant(), &found, rows).await?;
                rows.iter().map(purged).collect()
            }
            _ => {
                let page = conn.transfer_log(session.tenant(), &found, rows).await?;
                drop(conn);
                looked_at = page.looked_at;
                let mut transfers = Vec::with_capacity(page.transfers.len());
                for row in page.transfers {
                    transfers.push(self.logged(row).await?);
                }
                transfers
            }
        };
        let more = transfers.len() > limit as usize;
        transfers.truncate(limit as usize);
        let next = transfers.last().map(|last| last.id).filter(|_| more).or(looked_at);
        self.name_senders(session, &mut transfers).await?;
        Ok(LogPage { transfers, next })
    }

    /// One transfer of the log with its recipients, of whom nothing is known any more once it is purged.
    ///
    /// # Errors
    /// [`TransferError::NotFound`].
    pub async fn logged_transfer(
        &self,
        session: &AuditorSession,
        id: TransferId,
    ) -> Result<(LoggedTransfer, Vec<LoggedRecipient>), TransferError> {
        let mut conn = self.db().read().await?;
        let (transfer, recipients) = match conn.transfer(session.tenant(), id).await? {
            Some(row) => {
                let recipients = conn.recipients_of_transfer(id).await?;
                drop(conn);
                let downloaded = recipients.iter().filter(|row| row.downloaded_at.is_some()).count();
                let (recipient_count, downloaded_count) = (recipients.len() as u64, downloaded as u64);
                let views = self.logged_recipients(&row, &recipients).await?;
                let row = TransferSummary { transfer: row, recipient_count, downloaded_count };
                (self.logged(row).await?, views)
            }
            None => {
                let purge = conn.purge(session.tenant(), id).await?.ok_or(TransferError::NotFound)?;
                (purged(&purge), Vec::new())
            }
        };
        let mut named = [transfer];
        self.name_senders(session, &mut named).await?;
        let [transfer] = named;
        Ok((transfer, recipients))
    }

    /// The finished files of a transfer of the log; none once it is purged.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn files_of_logged(
        &self,
        session: &AuditorSession,
        id: TransferId,
    ) -> Result<Vec<LoggedFile>, TransferError> {
        let mut conn = self.db().read().await?;
        if conn.transfer(session.tenant(), id).await?.is_none() {
            return Ok(Vec::new());
        }
        let file = |entry: &FileEntry| LoggedFile {
            id: entry.id,
            size: entry.length,
            kind: entry.kind.as_deref().and_then(|word| word.parse().ok()),
            stated: Stated::of_row(entry.stated_kinds.as_deref(), entry.stated_policy),
        };
        Ok(conn.file_entries(id).await?.iter().map(file).collect())
    }

    async fn logged(&self, row: TransferSummary) -> Result<LoggedTransfer, TransferError> {
        let TransferSummary { transfer: row, recipient_count, downloaded_count } = row;
        let unlocked = self.at_hand(&row).await?;
        Ok(LoggedTransfer {
            id: row.id,
            state: row.state.at(self.now(), row.expires_at),
            sender: row.sender_id,
            sender_address: None,
            uploader: unlocked
                .as_ref()
                .and_then(|transfer| transfer.uploader().ok().flatten())
                .map(|uploader| uploader.address),
            source: row.source(),
            mode: Some(row.mode),
            subject: unlocked.as_ref().and_then(|transfer| crate::get::subject(transfer).ok().flatten()),
            protection: Some(row.protection),
            created_at: row.created_at,
            sent_at: row.sent_at,
            expires_at: row.expires_at,
            blocked_at: row.blocked_at,
            purged_at: None,
            file_count: row.file_count,
            byte_count: row.byte_count,
            recipient_count,
            downloaded_count: Some(downloaded_count),
        })
    }

    async fn logged_recipients(
        &self,
        row: &Transfer,
        recipients: &[Recipient],
    ) -> Result<Vec<LoggedRecipient>, TransferError> {
        let unlocked = self.at_hand(row).await?;
        let view = |recipient: &Recipient| LoggedRecipient {
            id: recipient.id,
            address: unlocked
                .as_ref()
                .and_then(|transfer| transfer.address(recipient).ok())
                .map(String::from),
            protection: recipient.protection.unwrap_or(row.protection),
            notified_at: recipient.notified_at,
            bounced_at: recipient.bounced_at,
            opened_at: recipient.opened_at,
            downloaded_at: recipient.downloaded_at,
            blocked_at: recipient.blocked_at,
        };
        Ok(recipients.iter().map(view).collect())
    }

    /// The transfer's keys; `None` if they are gone, or cannot be had now, or its row was damaged: the log stands without what
    /// they open.
    async fn at_hand(&self, row: &Transfer) -> Result<Option<Unlocked>, TransferError> {
        match self.unlock(row.clone()).await {
            Ok(transfer) => Ok(Some(transfer)),
            Err(TransferError::NotFound | TransferError::Unavailable(_) | TransferError::Damaged) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn name_senders(
        &self,
        session: &AuditorSession,
        transfers: &mut [LoggedTransfer],
    ) -> Result<(), TransferError> {
        let mut known: HashMap<UserId, Option<String>> = HashMap::new();
        let mut conn = self.db().read().await?;
        for transfer in transfers {
            let address = match known.get(&transfer.sender) {
                Some(address) => address.clone(),
                None => {
                    let user = conn.user(session.tenant(), transfer.sender).await?;
                    let opened = user.and_then(|user| {
                        let columns = UserColumns::of(session.tenant(), user.id);
                        columns.open(session.tenant_key(), &user.address, &user.name).ok()
                    });
                    let address = opened.map(|(address, _)| address);
                    known.insert(transfer.sender, address.clone());
                    address
                }
            };
            transfer.sender_address = address;
        }
        Ok(())
    }
}

fn purged(row: &Purge) -> LoggedTransfer {
    LoggedTransfer {
        id: row.transfer_id,
        state: TransferState::Purged,
        sender: row.sender_id,
        sender_address: None,
        uploader: None,
        source: None,
        mode: None,
        subject: None,
        protection: None,
        created_at: row.transfer_id.made_at(),
        sent_at: None,
        expires_at: row.expires_at,
        blocked_at: None,
        purged_at: Some(row.purged_at),
        file_count: row.files,
        byte_count: row.bytes,
        recipient_count: row.recipients,
        downloaded_count: None,
    }
}
