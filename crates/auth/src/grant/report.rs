//! What somebody may say who has a link.

use std::time::Duration;

use sealpost_domain::{RecipientId, TenantId, TransferId};

use crate::{Auth, AuthError, LimitKey, Rate};

/// So often a day whoever has a link can report what it leads to: it makes mails.
const REPORTS: u32 = 3;

/// The right to report a transfer: the link is enough, for whoever suspects something shall not have to show who he is first.
#[derive(Debug, Clone, Copy)]
pub struct ReportGrant {
    tenant: TenantId,
    transfer: TransferId,
    recipient: RecipientId,
}

impl ReportGrant {
    /// The tenant.
    pub const fn tenant(self) -> TenantId {
        self.tenant
    }

    /// The transfer.
    pub const fn transfer(self) -> TransferId {
        self.transfer
    }

    /// Whose link it is.
    pub const fn recipient(self) -> RecipientId {
        self.recipient
    }
}

impl Auth {
    /// Whose link it is, if it leads to something that can be reported. Changes nothing.
    ///
    /// # Errors
    /// [`AuthError::LinkUnavailable`], the same for links that are unknown, expired, blocked or purged.
    pub async fn check_report(&self, token: &str) -> Result<TenantId, AuthError> {
        Ok(self.delivery(token).await?.transfer.tenant_id)
    }

    /// The right to report what a link leads to, three times a day.
    ///
    /// # Errors
    /// [`AuthError::LinkUnavailable`], [`AuthError::TooMany`].
    pub async fn report_grant(&self, token: &str) -> Result<ReportGrant, AuthError> {
        let delivery = self.delivery(token).await?;
        let (tenant, recipient) = (delivery.transfer.tenant_id, delivery.recipient.id);
        let rate = Rate::new(REPORTS, Duration::from_secs(24 * 3_600));
        self.limits().count([LimitKey::link("abuse.report", tenant, recipient).at(rate)]).await?;
        Ok(ReportGrant { tenant, transfer: delivery.transfer.id, recipient })
    }
}
