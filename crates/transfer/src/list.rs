//! A sender's transfers, page by page, by what he asks for.
//!
//! State and recipient have indexes. Subjects are sealed, each under its transfer's key, so that nothing could search them
//! but this service: it opens them one by one, a bounded number for a page.

use sealpost_auth::SenderSession;
use sealpost_db::{Purge, TransferFilter, TransferSummary as Row};
use sealpost_domain::{EmailAddress, TransferId, TransferState};

use crate::{
    Service, TransferError, TransferPage, TransferSummary, get::subject, log::NO_EXPIRED, unlock::Unlocked,
};

/// Longest page.
const MAX_PAGE: u32 = 200;
/// How many subjects are opened together, and how often for a page.
const OPENED_AT_ONCE: u64 = 100;
const OPENED_TIMES: u32 = 5;

/// Which of his transfers a sender asks for.
#[derive(Debug, Clone, Default)]
pub struct ListFilter {
    /// Of this state: draft, sealed, available, blocked or purged.
    pub state: Option<TransferState>,
    /// To this address.
    pub recipient: Option<EmailAddress>,
    /// With this in the subject, in whatever case.
    pub subject: Option<String>,
    /// Before this one in the list.
    pub before: Option<TransferId>,
}

impl Service {
    /// A page of the sender's transfers that he asks for, newest first; to admins, of all transfers of the tenant. By subject, or
    /// by recipient and state, some hundred are looked at: it may be short, or empty, although there are more.
    ///
    /// # Errors
    /// [`TransferError::Forbidden`]; [`TransferError::Invalid`] for purged ones by recipient or subject, of which nothing is
    /// left, and for `expired`, which lasts for minutes.
    pub async fn list(
        &self,
        session: &SenderSession,
        filter: &ListFilter,
        limit: u32,
    ) -> Result<TransferPage, TransferError> {
        session.require_read()?;
        let limit = limit.clamp(1, MAX_PAGE);
        let recipient = filter.recipient.as_ref().map(|address| {
            session.tenant_key().lookup_hmac("recipients.address", address.lookup_key().as_bytes())
        });
        let rows = TransferFilter {
            sender: (!session.sees_all()).then(|| session.user()),
            recipient,
            state: filter.state,
            before: filter.before,
            ..TransferFilter::default()
        };
        match filter.state {
            Some(TransferState::Expired) => Err(TransferError::Invalid(NO_EXPIRED)),
            Some(TransferState::Purged) if filter.recipient.is_some() || filter.subject.is_some() => {
                Err(TransferError::Invalid(
                    "purged transfers are found by their state alone: recipients and subjects are gone",
                ))
            }
            Some(TransferState::Purged) => self.list_purged(session, &rows, limit).await,
            _ => match &filter.subject {
                Some(words) => self.list_by_subject(session, rows, &words.to_lowercase(), limit).await,
                None => self.list_rows(session, &rows, limit).await,
            },
        }
    }

    async fn list_rows(
        &self,
        session: &SenderSession,
        filter: &TransferFilter,
        limit: u32,
    ) -> Result<TransferPage, TransferError> {
        let mut conn = self.db().read().await?;
        let mut page = conn.transfer_log(session.tenant(), filter, u64::from(limit) + 1).await?;
        drop(conn);
        let more = page.transfers.len() > limit as usize;
        page.transfers.truncate(limit as usize);
        let mut transfers = Vec::with_capacity(page.transfers.len());
        for row in page.transfers {
            transfers.push(self.summary(row).await?);
        }
        let next = transfers.last().map(|last| last.id).filter(|_| more).or(page.looked_at);
        Ok(TransferPage { transfers, next })
    }

    async fn list_by_subject(
        &self,
        session: &SenderSession,
        mut filter: TransferFilter,
        words: &str,
        limit: u32,
    ) -> Result<TransferPage, TransferError> {
        let mut transfers = Vec::new();
        for _ in 0..OPENED_TIMES {
            let mut conn = self.db().read().await?;
            let page = conn.transfer_log(session.tenant(), &filter, OPENED_AT_ONCE).await?;
            drop(conn);
            let is_full = page.transfers.len() as u64 == OPENED_AT_ONCE;
            let last = page.transfers.last().map(|row| row.transfer.id);
            for row in page.transfers {
                let summary = self.summary(row).await?;
                let fits = summary.subject.as_ref().is_some_and(|text| text.to_lowercase().contains(words));
                if fits && transfers.len() == limit as usize {
                    let next = transfers.last().map(|last: &TransferSummary| last.id);
                    return Ok(TransferPage { transfers, next });
                }
                if fits {
                    transfers.push(summary);
                }
            }
            filter.before = if is_full { last } else { page.looked_at };
            if filter.before.is_none() {
                break;
            }
        }
        Ok(TransferPage { transfers, next: filter.before })
    }

    async fn list_purged(
        &self,
        session: &SenderSession,
        filter: &TransferFilter,
        limit: u32,
    ) -> Result<TransferPage, TransferError> {
        let mut conn = self.db().read().await?;
        let mut rows = conn.purge_log(session.tenant(), filter, u64::from(limit) + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let transfers: Vec<_> = rows.iter().map(purged).collect();
        let next = transfers.last().map(|last| last.id).filter(|_| more);
        Ok(TransferPage { transfers, next })
    }

    pub(crate) async fn summary(&self, row: Row) -> Result<TransferSummary, TransferError> {
        let (recipient_count, downloaded_count) = (row.recipient_count, row.downloaded_count);
        let row = row.transfer;
        let opened = self.unlock(row.clone()).await;
        let opened = opened.and_then(|transfer: Unlocked| Ok((subject(&transfer)?, transfer.uploader()?)));
        let (subject, uploader) = match opened {
            // A row whose keys are gone already still stands in the list until its purge has ended.
            Err(TransferError::NotFound) => (None, None),
            // One that was damaged must not take all others from its sender.
            Err(TransferError::Damaged) => {
                tracing::error!(transfer = %row.id, "a transfer's row does not open");
                (None, None)
            }
            opened => opened?,
        };
        Ok(TransferSummary {
            id: row.id,
            state: row.state.at(self.now(), row.expires_at),
            mode: Some(row.mode),
            subject,
            password_protected: Some(row.password_parameters.is_some()),
            created_at: row.created_at,
            sent_at: row.sent_at,
            expires_at: row.expires_at,
            purged_at: None,
            file_count: row.file_count,
            byte_count: row.byte_count,
            recipient_count,
            downloaded_count: Some(downloaded_count),
            source: row.source(),
            uploader,
            reply_to: row.reply_to,
            in_mail: row.in_mail,
        })
    }
}

fn purged(row: &Purge) -> TransferSummary {
    TransferSummary {
        id: row.transfer_id,
        state: TransferState::Purged,
        mode: None,
        subject: None,
        password_protected: None,
        created_at: row.transfer_id.made_at(),
        sent_at: None,
        expires_at: row.expires_at,
        purged_at: Some(row.purged_at),
        file_count: row.files,
        byte_count: row.bytes,
        recipient_count: row.recipients,
        downloaded_count: None,
        source: None,
        uploader: None,
        reply_to: None,
        in_mail: false,
    }
}
