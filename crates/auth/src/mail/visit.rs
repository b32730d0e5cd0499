//! What the link of a mail leads to. Asking changes nothing, so link scanners may ask.

use sealpost_domain::{TenantId, TransferId, TransferState};

use crate::{Auth, AuthError, LinkToken};

/// How far what goes with a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailStage {
    /// The sender has not released it: he writes his mail still, or it went out before its files were all there.
    Draft,
    /// It was sent, and is looked into.
    Sealed,
    /// Recipients can fetch it.
    Available,
}

/// Proof that somebody has the link of a mail. It is a right to nothing: it leads on to a recipient's own link.
#[derive(Debug, Clone)]
pub struct MailVisit {
    tenant: TenantId,
    transfer: TransferId,
    stage: MailStage,
}

impl MailVisit {
    /// Whose files they are.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The transfer that goes with the mail.
    pub const fn transfer(&self) -> TransferId {
        self.transfer
    }

    /// How far it is.
    pub const fn stage(&self) -> MailStage {
        self.stage
    }
}

impl Auth {
    /// What the link of a mail leads to.
    ///
    /// # Errors
    /// [`AuthError::LinkUnavailable`], the same for links that are unknown, expired, blocked or purged;
    /// [`AuthError::Suspended`] for what would be available otherwise.
    pub async fn mail_visit(&self, token: &str) -> Result<MailVisit, AuthError> {
        let token: LinkToken = token.parse().map_err(|_| AuthError::LinkUnavailable)?;
        let found = self.db.read().await?.mail_link_by_token(token.hash().as_bytes()).await?;
        let known = found.ok_or(AuthError::LinkUnavailable)?;
        let stage = match known.state.at(self.now(), known.expires_at) {
            TransferState::Draft => MailStage::Draft,
            TransferState::Sealed => MailStage::Sealed,
            TransferState::Available => MailStage::Available,
            TransferState::Blocked | TransferState::Expired | TransferState::Purged => {
                return Err(AuthError::LinkUnavailable);
            }
        };
        if known.user.suspended_at.is_some() {
            return Err(AuthError::Suspended);
        }
        Ok(MailVisit { tenant: known.link.tenant_id, transfer: known.link.transfer_id, stage })
    }
}
