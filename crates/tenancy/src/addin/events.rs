//! What the add-in's event file is told. It has no session: who knows the add-in's id is told, so nothing in it is secret.

use sealpost_db::Conn;
use sealpost_domain::{
    AddinId, AddinSettings, LicenceState, MailDomains, TransferId, TransferState,
    rules::{AddressRule, ContentRule, TakenNames, TakenTypes},
};

use super::{Known, manifest::AddinState};
use crate::{Tenancy, TenancyError};

/// By what mails are judged while they are written and sent.
#[derive(Debug, Clone)]
pub struct EventPolicy {
    /// Whether anything is to be looked at.
    pub active: bool,
    /// What comes of what is found.
    pub settings: AddinSettings,
    /// What names of files decide.
    pub types: TakenNames,
    /// Who may send to whom: the rules that are not switched off.
    pub addresses: Vec<AddressRule>,
    /// Domains whose addresses are the tenant's own.
    pub domains: MailDomains,
    /// What is looked for in texts: the rules that are not switched off.
    pub content: Vec<ContentRule>,
}

/// How far a transfer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventTransfer {
    /// All that was begun is there.
    Complete,
    /// It was sent.
    Sent,
    /// Something is still on its way.
    Uploading,
}

impl Tenancy {
    /// By what mails are judged.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`], those of the database and the keys.
    pub async fn event_policy(&self, id: AddinId) -> Result<EventPolicy, TenancyError> {
        let mut conn = self.db.read().await?;
        let known = self.known_addin(&mut conn, id).await?;
        let state = self.addin_state(&mut conn, &known).await?;
        let rules = &known.rules;
        let addresses = rules.addresses().rules().0.iter().filter(|rule| !rule.disabled);
        let content = rules.content().rules().0.iter().filter(|rule| !rule.disabled);
        Ok(EventPolicy {
            active: state == AddinState::Active,
            settings: rules.addin().clone(),
            types: TakenTypes::new(rules.types(), None).by_name(),
            addresses: addresses.cloned().collect(),
            domains: rules.domains().clone(),
            content: content.cloned().collect(),
        })
    }

    /// How far one of the tenant's transfers has come, as long as a mail can go with it.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`] for any other, those of the database.
    pub async fn event_transfer(
        &self,
        id: AddinId,
        transfer: TransferId,
    ) -> Result<EventTransfer, TenancyError> {
        let mut conn = self.db.read().await?;
        let addin = conn.addin(id).await?.ok_or(TenancyError::NotFound)?;
        let row = conn.transfer(addin.tenant_id, transfer).await?.ok_or(TenancyError::NotFound)?;
        let over =
            row.expires_at <= self.clock.now() || row.blocked_at.is_some() || row.purge_started_at.is_some();
        match row.state {
            _ if over => Err(TenancyError::NotFound),
            TransferState::Draft if !conn.unjoined_uploads(transfer).await?.is_empty() => {
                Ok(EventTransfer::Uploading)
            }
            TransferState::Draft => Ok(EventTransfer::Complete),
            TransferState::Sealed | TransferState::Available => Ok(EventTransfer::Sent),
            _ => Err(TenancyError::NotFound),
        }
    }

    /// Whether the add-in looks at mails, and if not, why.
    pub(super) async fn addin_state(
        &self,
        conn: &mut Conn,
        known: &Known,
    ) -> Result<AddinState, TenancyError> {
        let tenant = &known.tenant;
        let row = conn.licensing(tenant.id).await?.ok_or(TenancyError::NotFound)?;
        let standing =
            self.licences.standing((tenant.id, &row.slug), row.licence.as_deref(), self.clock.now());
        Ok(if !self.addins {
            AddinState::OperatorOff
        } else if tenant.suspended_at.is_some() {
            AddinState::Suspended
        } else if matches!(standing.state, LicenceState::Expired | LicenceState::Missing) {
            AddinState::Unlicensed
        } else if known.rules.addin().events {
            AddinState::Active
        } else {
            AddinState::EventsOff
        })
    }
}
