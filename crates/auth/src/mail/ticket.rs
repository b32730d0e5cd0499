//! The right of the window in which a mail is written: to make what goes with it available, to those whom it goes to.
//!
//! Events of Outlook have no session. Whoever shows the ticket acts for the transfer's sender, as his row stands at that moment,
//! without a scope and for this transfer alone.

use std::{fmt, str::FromStr, time::Duration};

use sealpost_db::KnownMailLink;
use sealpost_domain::{AddinId, TenantId, TransferId, TransferState};
use sealpost_sealed::Random;
use subtle::ConstantTimeEq as _;

use crate::{Auth, AuthError, LinkToken, NotAToken, SenderSession, TokenHash, submission::entrance::Bounds};

/// What the text begins with, so that scanners of leaked secrets know it.
const PREFIX: &str = "mt_";
/// How long it counts once the transfer was sent: Outlook may stop the mail after us, and have it sent again.
pub const TICKET_LIFE: Duration = Duration::from_secs(3_600);

/// The secret of a mail's window: 256 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct MailTicket(LinkToken);

impl MailTicket {
    /// A new one.
    pub fn generate(random: &dyn Random) -> Self {
        Self(LinkToken::generate(random))
    }

    /// The ticket whose bytes these are; `None` unless there are 32.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        LinkToken::from_bytes(bytes).map(Self)
    }

    /// The 32 bytes, to be sealed.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// What is stored of it.
    pub fn hash(&self) -> TokenHash {
        self.0.hash()
    }

    /// The text. Not `Display`, so that no ticket gets into a log by accident.
    pub fn to_text(&self) -> String {
        format!("{PREFIX}{}", self.0.to_url_text())
    }
}

impl FromStr for MailTicket {
    type Err = NotAToken;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.strip_prefix(PREFIX).ok_or(NotAToken)?.parse().map(Self)
    }
}

impl fmt::Debug for MailTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailTicket(…)")
    }
}

/// Proof that somebody has the ticket of a transfer that goes with a mail, and that its sender may send now.
#[derive(Debug, Clone)]
pub struct MailGrant {
    session: SenderSession,
    transfer: TransferId,
}

impl MailGrant {
    /// The tenant.
    pub fn tenant(&self) -> TenantId {
        self.session.tenant()
    }

    /// The one transfer that it is good for.
    pub const fn transfer(&self) -> TransferId {
        self.transfer
    }

    /// The session of its sender, without a scope: by itself it is good for nothing.
    pub const fn session(&self) -> &SenderSession {
        &self.session
    }
}

impl Auth {
    /// The right to make a transfer available that goes with a mail, for who shows its ticket, until an hour after it was sent.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] for everything that is not so, whatever it is: an outsider hears nothing of a transfer, of its
    /// sender and of his tenant.
    pub async fn mail_grant(
        &self,
        addin: AddinId,
        transfer: TransferId,
        ticket: &str,
    ) -> Result<MailGrant, AuthError> {
        let ticket: MailTicket = ticket.parse().map_err(|_| AuthError::NotFound)?;
        let mut conn = self.db.read().await?;
        let known = conn.known_mail_link(transfer).await?;
        let known = known.filter(|known| {
            bool::from(known.link.ticket_hash.ct_eq(ticket.hash().as_bytes())) && self.counts_still(known)
        });
        let known = known.ok_or(AuthError::NotFound)?;
        let own = conn.addin_of_tenant(known.link.tenant_id).await?;
        drop(conn);
        // At another tenant's add-in it is none.
        own.filter(|own| own.addin_id == addin).ok_or(AuthError::NotFound)?;
        let session = self.session_of_owner(known.user, Bounds::default()).await?;
        Ok(MailGrant { session: session.map_err(|_| AuthError::NotFound)?, transfer })
    }

    /// Whether a ticket is good for anything now.
    fn counts_still(&self, known: &KnownMailLink) -> bool {
        match known.state.at(self.now(), known.expires_at) {
            TransferState::Draft => true,
            TransferState::Sealed | TransferState::Available => {
                known.sent_at.is_some_and(|sent| self.now() < sent + TICKET_LIFE)
            }
            TransferState::Blocked | TransferState::Expired | TransferState::Purged => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::SystemRandom;

    use super::*;

    #[test]
    fn a_ticket_is_its_prefix_and_a_token_and_does_not_show_itself() {
        let ticket = MailTicket::generate(&SystemRandom);
        let text = ticket.to_text();
        assert_eq!(text.len(), 46);
        assert_eq!(text.parse(), Ok(ticket.clone()));
        assert_eq!(MailTicket::from_bytes(ticket.as_bytes()), Some(ticket.clone()));
        assert!(!format!("{ticket:?}").contains(&text[3..]));
        for wrong in ["", "mt_", &text[3..], &text[..45], &format!("{text}A"), &text.replace("mt_", "sp_")] {
            assert!(wrong.parse::<MailTicket>().is_err(), "{wrong}");
        }
    }
}
