//! The link that a mail carries, and the ticket of the window in which it is written.

use std::fmt;

use sealpost_auth::{LinkToken, MailTicket, SendGrant, SenderSession};
use sealpost_db::{MailLink, Transfer};
use sealpost_domain::{TransferId, TransferState};

use crate::{Service, TransferError, audit::Event, unlock::Unlocked};

/// How a transfer goes with a mail.
#[derive(Clone)]
pub struct MailLinkView {
    /// The link for everybody whom the mail goes to. Of a transfer that its sender's program seals it is the first part: that program
    /// puts the second behind `#`, and a browser carries it on to where this leads.
    pub url: String,
    /// The right to make it available when the mail is sent.
    pub ticket: String,
}

/// Without both: whoever has one of them can do what it is for.
impl fmt::Debug for MailLinkView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailLinkView(…)")
    }
}

impl Service {
    /// Makes a transfer go with a mail, or says again how: its link and its ticket stay the same. From now on nobody is mailed
    /// when it is sent. For its sender alone: who has the link gets at what his recipients get.
    ///
    /// # Errors
    /// [`TransferError::Forbidden`] for admins; [`TransferError::NotFound`]; [`TransferError::NotReady`] for what is blocked, over,
    /// or has come in from outside.
    pub async fn mail_link(&self, grant: &SendGrant, id: TransferId) -> Result<MailLinkView, TransferError> {
        let session: &SenderSession = grant;
        let row = self.seen(session, id).await?;
        if row.sender_id != session.user() {
            return Err(TransferError::Forbidden);
        }
        self.goes_with_mail(&row)?;
        let transfer = self.unlock(row).await?;
        let now = self.now();
        let made = self.new_mail_link(&transfer);
        let mut tx = self.db().write().await?;
        // Locked, so that of two who ask at once one makes it, and both get the same.
        let row = tx.transfer_for_update(session.tenant(), id).await?.ok_or(TransferError::NotFound)?;
        self.goes_with_mail(&row)?;
        let link = match tx.mail_link(id).await? {
            Some(link) => {
                tx.set_mail_link_used(id, now).await?;
                link
            }
            None => {
                tx.insert_mail_link(&made).await?;
                Event::MailLinkMade { by: session.user() }.record(&mut tx, transfer.place, now).await?;
                made
            }
        };
        tx.commit().await?;
        self.mail_link_view(&transfer, &link)
    }

    fn new_mail_link(&self, transfer: &Unlocked) -> MailLink {
        let (place, key, random, now) = (transfer.place, &transfer.key, self.random(), self.now());
        let (token, ticket) = (LinkToken::generate(random), MailTicket::generate(random));
        MailLink {
            transfer_id: place.transfer,
            tenant_id: place.tenant,
            token_hash: *token.hash().as_bytes(),
            token: key.seal_column(place.mail_token(), token.as_bytes(), random),
            ticket_hash: *ticket.hash().as_bytes(),
            ticket: key.seal_column(place.mail_ticket(), ticket.as_bytes(), random),
            created_at: now,
            used_at: now,
        }
    }

    fn mail_link_view(&self, transfer: &Unlocked, link: &MailLink) -> Result<MailLinkView, TransferError> {
        let (place, key) = (transfer.place, &transfer.key);
        let token = key.open_column(place.mail_token(), &link.token)?;
        let ticket = key.open_column(place.mail_ticket(), &link.ticket)?;
        let token = LinkToken::from_bytes(&token).ok_or(TransferError::Damaged)?;
        let ticket = MailTicket::from_bytes(&ticket).ok_or(TransferError::Damaged)?;
        Ok(MailLinkView { url: self.mail_url(&token), ticket: ticket.to_text() })
    }

    /// Fails unless a mail can carry it now.
    fn goes_with_mail(&self, row: &Transfer) -> Result<(), TransferError> {
        if row.source().is_some() {
            return Err(TransferError::NotReady("it has come in from outside: it is for nobody else"));
        }
        Err(TransferError::NotReady(match row.state.at(self.now(), row.expires_at) {
            TransferState::Blocked => "it is blocked: unblock it first",
            TransferState::Expired | TransferState::Purged => "it has expired: send it anew",
            TransferState::Draft | TransferState::Sealed | TransferState::Available => return Ok(()),
        }))
    }
}
