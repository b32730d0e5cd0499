//! What an outsider sees at the address of a portal.

use sealpost_auth::{PortalColumns, PortalPage};
use sealpost_domain::UserId;

use crate::{
    Service, SubmissionSealing, TakenFiles, TenantBranding, TransferError, zero_knowledge::receiver,
};

/// What the page of a portal says, and what it takes.
#[derive(Debug, Clone)]
pub struct PortalOpening {
    /// How the tenant shows itself.
    pub branding: TenantBranding,
    /// What it is about.
    pub title: String,
    /// What the uploader reads.
    pub text: Option<String>,
    /// Among whom he chooses.
    pub choices: Vec<PortalChoice>,
    /// Of which domains he may name an address.
    pub domains: Vec<String>,
    /// Whether he may choose more than one.
    pub several: bool,
    /// Whether he must show by a code that his address is his.
    pub asks_code: bool,
    /// What files are taken.
    pub takes: TakenFiles,
    /// What the uploader's program seals with; `None`: the service seals.
    pub sealing: Option<SubmissionSealing>,
}

/// Somebody whom an uploader may choose. His address is not told.
#[derive(Debug, Clone)]
pub struct PortalChoice {
    /// Who.
    pub id: UserId,
    /// What the uploader sees.
    pub label: String,
}

impl Service {
    /// What somebody sees at the address of a portal. Changes nothing.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn portal_opening(&self, page: &PortalPage) -> Result<PortalOpening, TransferError> {
        let (key, row) = (page.tenant_key(), page.row());
        let columns = PortalColumns::of(row.tenant_id, row.id);
        let text = row.text.as_ref().map(|sealed| key.open_text(columns.text(), sealed));
        let mut choices = Vec::new();
        for recipient in self.db().read().await?.portal_recipients(row.id).await? {
            if recipient.disabled_at.is_none() {
                let label = key.open_text(columns.label(recipient.user_id), &recipient.label)?;
                choices.push(PortalChoice { id: recipient.user_id, label });
            }
        }
        Ok(PortalOpening {
            branding: self.branding(page.tenant()).await?.ok_or(TransferError::NotFound)?,
            title: key.open_text(columns.title(), &row.title)?,
            text: text.transpose()?,
            choices,
            domains: row.domains.as_slice().to_vec(),
            several: row.several,
            asks_code: page.asks_code(),
            takes: self.taken_files(page).await?,
            sealing: self.submission_sealing((page.tenant(), key), receiver::of_portal(row)).await?,
        })
    }
}
