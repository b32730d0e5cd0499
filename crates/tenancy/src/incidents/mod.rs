//! Notices of incidents: the operator tells tenants what has happened, and they say that they have read it.

mod acknowledge;
mod notify;
mod remind;

use sealpost_auth::{IncidentColumns, TenantReader};
use sealpost_db::{Conn, Incident, IncidentContact};
use sealpost_domain::{IncidentContactId, IncidentId, TenantId, Timestamp};
use sealpost_sealed::TenantKey;

pub use acknowledge::IncidentPage;
pub use notify::{Given, IncidentText};
pub use remind::IncidentMail;

use crate::{Tenancy, TenancyError};

/// How many are listed.
const LISTED: u64 = 200;

/// A notice of an incident to a tenant.
#[derive(Debug, Clone)]
pub struct IncidentView {
    /// Which.
    pub id: IncidentId,
    /// To whom.
    pub tenant: TenantId,
    /// What it is about.
    pub subject: String,
    /// What the operator says.
    pub text: String,
    /// When it was given.
    pub created_at: Timestamp,
    /// When the first of the tenant's people acknowledged it.
    pub acknowledged_at: Option<Timestamp>,
    /// How often the tenant was reminded.
    pub reminders: u64,
    /// Who was told, and who else has acknowledged it.
    pub contacts: Vec<IncidentContactView>,
}

/// Somebody who was told of an incident, or has acknowledged one.
#[derive(Debug, Clone)]
pub struct IncidentContactView {
    /// Which.
    pub id: IncidentContactId,
    /// His address.
    pub email: String,
    /// When he was told by mail.
    pub notified_at: Option<Timestamp>,
    /// When he acknowledged it.
    pub acknowledged_at: Option<Timestamp>,
}

impl Tenancy {
    /// The latest 200 notices to a tenant, the latest first.
    ///
    /// # Errors
    /// [`TenancyError::Damaged`] if a row was changed; those of the database.
    pub async fn incidents(&self, reader: &TenantReader) -> Result<Vec<IncidentView>, TenancyError> {
        let mut conn = self.db.read().await?;
        let mut views = Vec::new();
        for row in conn.incidents(reader.tenant(), LISTED).await? {
            views.push(view(&mut conn, reader.tenant_key(), &row).await?);
        }
        Ok(views)
    }

    /// A notice to a tenant.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`]; as [`Self::incidents`].
    pub async fn incident(
        &self,
        reader: &TenantReader,
        id: IncidentId,
    ) -> Result<IncidentView, TenancyError> {
        let mut conn = self.db.read().await?;
        let row = conn.incident(id).await?.filter(|row| row.tenant_id == reader.tenant());
        view(&mut conn, reader.tenant_key(), &row.ok_or(TenancyError::NotFound)?).await
    }

    /// Whose a notice is.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn tenant_of_incident(&self, id: IncidentId) -> Result<Option<TenantId>, TenancyError> {
        Ok(self.db.read().await?.incident(id).await?.map(|row| row.tenant_id))
    }
}

async fn view(conn: &mut Conn, key: &TenantKey, row: &Incident) -> Result<IncidentView, TenancyError> {
    let (subject, text) = IncidentColumns::of(row.tenant_id, row.id).open(key, &row.subject, &row.body)?;
    let contacts = conn.incident_contacts(row.id).await?;
    let contact = |row: &IncidentContact| {
        let columns = IncidentColumns::of_contact(row.tenant_id, row.id);
        Ok(IncidentContactView {
            id: row.id,
            email: columns.open_address(key, &row.address)?,
            notified_at: row.notified_at,
            acknowledged_at: row.acknowledged_at,
        })
    };
    Ok(IncidentView {
        id: row.id,
        tenant: row.tenant_id,
        subject,
        text,
        created_at: row.created_at,
        acknowledged_at: row.acknowledged_at,
        reminders: row.reminders,
        contacts: contacts.iter().map(contact).collect::<Result<_, TenancyError>>()?,
    })
}
