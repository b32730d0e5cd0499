//! Mails about a notice: the first, and one a day until somebody of the tenant has acknowledged it.

use sealpost_auth::{IncidentColumns, LinkToken};
use sealpost_domain::{EmailAddress, IncidentContactId, Job, TenantId};

use super::notify::DAY;
use crate::{Tenancy, TenancyError};

/// How often a tenant is reminded.
const MAX_REMINDERS: u64 = 7;
/// Notices that are looked at together.
const BATCH: u64 = 100;

/// What somebody is mailed of an incident.
#[derive(Debug, Clone)]
pub struct IncidentMail {
    /// Who.
    pub to: EmailAddress,
    /// What it is about.
    pub subject: String,
    /// What the operator says.
    pub text: String,
    /// The token of the page on which he acknowledges it.
    pub token: LinkToken,
    /// Whether he was told before.
    pub reminder: bool,
}

impl Tenancy {
    /// Queues a mail for everybody of the tenants that have not acknowledged a notice a day after it, or after the last
    /// reminder: seven times at most. Gives how many.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn remind_of_incidents(&self) -> Result<u64, TenancyError> {
        let (now, mut queued) = (self.clock.now(), 0);
        loop {
            let page = self.db.read().await?.incidents_to_remind(now, BATCH).await?;
            for row in &page {
                let next = (row.reminders + 1 < MAX_REMINDERS).then(|| now + DAY);
                let mut tx = self.db.write().await?;
                // Of two that come at once one finds it due.
                if !tx.set_incident_reminded(row, next).await? {
                    tx.rollback().await?;
                    continue;
                }
                for contact in tx.incident_contacts(row.id).await? {
                    if contact.token.is_some() {
                        let job = Job::NotifyIncident { tenant: row.tenant_id, contact: contact.id };
                        self.enqueue(&mut tx, &job, now).await?;
                        queued += 1;
                    }
                }
                tx.commit().await?;
            }
            if page.len() < usize::try_from(BATCH).unwrap_or(usize::MAX) {
                return Ok(queued);
            }
        }
    }

    /// What to mail to somebody; `None` if there is nothing any more: he was told, and somebody has acknowledged it.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn incident_mail(
        &self,
        tenant: TenantId,
        contact: IncidentContactId,
    ) -> Result<Option<IncidentMail>, TenancyError> {
        let mut conn = self.db.read().await?;
        let Some(contact) = conn.incident_contact(contact).await?.filter(|row| row.tenant_id == tenant)
        else {
            return Ok(None);
        };
        let incident = conn.incident(contact.incident_id).await?;
        let Some((incident, row)) = incident.zip(conn.tenant(tenant).await?) else { return Ok(None) };
        drop(conn);
        let reminder = contact.notified_at.is_some();
        let Some(token) = contact.token.filter(|_| !(reminder && incident.acknowledged_at.is_some())) else {
            return Ok(None);
        };
        let key = self.keys.tenant_key(tenant, &row.tenant_key).await?;
        let columns = IncidentColumns::of_contact(tenant, contact.id);
        let to = columns.open_address(&key, &contact.address)?;
        let (subject, text) =
            IncidentColumns::of(tenant, incident.id).open(&key, &incident.subject, &incident.body)?;
        Ok(Some(IncidentMail {
            to: to.parse().map_err(|_| TenancyError::Corrupt("incident_contacts"))?,
            subject,
            text,
            token: columns.open_token(&key, &token)?,
            reminder,
        }))
    }

    /// Notes that somebody was told.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn incident_mailed(&self, contact: IncidentContactId) -> Result<(), TenancyError> {
        let mut tx = self.db.write().await?;
        tx.set_incident_contact_notified(contact, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }
}
