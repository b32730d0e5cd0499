//! A mail is sent, and what goes with it becomes available to those whom it goes to.

use sealpost_auth::MailGrant;
use sealpost_domain::{EmailAddress, TransferState};

use super::align::CHANGED;
use crate::{Service, TransferError};

/// How often it is tried where somebody else changes the transfer at the same moment.
const ATTEMPTS: u32 = 4;

/// What came of it.
#[derive(Debug, Clone)]
pub struct SentWithMail {
    /// Where the transfer stands: sealed while it is looked into, else available.
    pub state: TransferState,
    /// Who can fetch it that could not before.
    pub added: Vec<EmailAddress>,
    /// Who could, and can no longer.
    pub removed: Vec<EmailAddress>,
}

impl Service {
    /// Makes a transfer available to those whom its mail goes to: who is not among its recipients is added, who of them is not in the
    /// mail is taken out (out of a draft) or blocked (in what was sent). Nobody changes if the mail names nobody. It may be
    /// repeated: Outlook may stop a mail after us.
    ///
    /// # Errors
    /// Those of [`Service::send`] and [`Service::add_recipient`], and nothing is changed then; [`TransferError::NotFound`] for what is
    /// blocked or over.
    pub async fn send_with_mail(
        &self,
        grant: &MailGrant,
        mail: &[EmailAddress],
    ) -> Result<SentWithMail, TransferError> {
        for _ in 0..ATTEMPTS {
            match self.try_to_send_with_mail(grant, mail).await {
                Ok(Some(sent)) => return Ok(sent),
                Ok(None) | Err(TransferError::NotReady(CHANGED)) => {}
                // An outsider hears no more of it.
                Err(TransferError::Gone | TransferError::State(_)) => return Err(TransferError::NotFound),
                Err(error) => return Err(error),
            }
        }
        Err(TransferError::NotReady(CHANGED))
    }

    /// `None` if it was sent by somebody else a moment earlier, so that it is to be looked at anew.
    async fn try_to_send_with_mail(
        &self,
        grant: &MailGrant,
        mail: &[EmailAddress],
    ) -> Result<Option<SentWithMail>, TransferError> {
        let (session, id) = (grant.session(), grant.transfer());
        let row = self.seen(session, id).await?;
        let state = row.state.at(self.now(), row.expires_at);
        let transfer = self.unlock(row).await?;
        let line = self.plan_alignment(session, &transfer, mail).await?;
        match state {
            TransferState::Draft if self.seal_and_release(session, id, Some(&line)).await?.is_none() => {
                return Ok(None);
            }
            TransferState::Draft => {}
            TransferState::Sealed | TransferState::Available => {
                self.align_sent(session, &transfer, &line).await?;
            }
            TransferState::Blocked | TransferState::Expired | TransferState::Purged => {
                return Err(TransferError::NotFound);
            }
        }
        let row = self.seen(session, id).await?;
        let state = row.state.at(self.now(), row.expires_at);
        Ok(Some(SentWithMail { state, added: line.added(), removed: line.removed() }))
    }
}
