//! Links with which somebody who is told of an incident acknowledges it: good for that, and for nothing else.

use std::sync::Arc;

use sealpost_db::{IncidentContact, Tenant};
use sealpost_domain::{IncidentContactId, IncidentId, TenantId};
use sealpost_sealed::{Column, Error, Random, TenantKey};

use crate::{Auth, AuthError, LinkToken};

/// The right to read a notice of an incident, and to acknowledge it.
#[derive(Debug, Clone)]
pub struct IncidentGrant {
    tenant: Tenant,
    tenant_key: Arc<TenantKey>,
    contact: IncidentContact,
}

impl IncidentGrant {
    /// The tenant that was told.
    pub const fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// The key of the tenant's own data.
    pub fn tenant_key(&self) -> &TenantKey {
        &self.tenant_key
    }

    /// Who was told.
    pub const fn contact(&self) -> &IncidentContact {
        &self.contact
    }
}

/// Where what is said of incidents is sealed.
#[derive(Debug, Clone, Copy)]
pub struct IncidentColumns {
    tenant: TenantId,
    row: [u8; 16],
}

impl IncidentColumns {
    /// The columns of a notice.
    pub const fn of(tenant: TenantId, incident: IncidentId) -> Self {
        Self { tenant, row: incident.into_bytes() }
    }

    /// The columns of somebody who is told.
    pub const fn of_contact(tenant: TenantId, contact: IncidentContactId) -> Self {
        Self { tenant, row: contact.into_bytes() }
    }

    /// Seals a notice's subject and text.
    pub fn seal(self, key: &TenantKey, (subject, body): (&str, &str), random: &dyn Random) -> [Vec<u8>; 2] {
        [("incidents.subject", subject), ("incidents.body", body)]
            .map(|(name, text)| key.seal_column(self.place(name), text.as_bytes(), random))
    }

    /// Opens a notice's subject and text.
    ///
    /// # Errors
    /// Those of opening a column.
    pub fn open(self, key: &TenantKey, subject: &[u8], body: &[u8]) -> Result<(String, String), Error> {
        Ok((
            key.open_text(self.place("incidents.subject"), subject)?,
            key.open_text(self.place("incidents.body"), body)?,
        ))
    }

    /// Seals somebody's address.
    pub fn seal_address(self, key: &TenantKey, address: &str, random: &dyn Random) -> Vec<u8> {
        key.seal_column(self.place("incident_contacts.address"), address.as_bytes(), random)
    }

    /// Opens somebody's address.
    ///
    /// # Errors
    /// Those of opening a column.
    pub fn open_address(self, key: &TenantKey, address: &[u8]) -> Result<String, Error> {
        key.open_text(self.place("incident_contacts.address"), address)
    }

    /// Seals the token of somebody's link, for the mails.
    pub fn seal_token(self, key: &TenantKey, token: &LinkToken, random: &dyn Random) -> Vec<u8> {
        key.seal_column(self.place("incident_contacts.token"), token.as_bytes(), random)
    }

    /// Opens it.
    ///
    /// # Errors
    /// Those of opening a column.
    pub fn open_token(self, key: &TenantKey, token: &[u8]) -> Result<LinkToken, Error> {
        let bytes = key.open_column(self.place("incident_contacts.token"), token)?;
        LinkToken::from_bytes(&bytes).ok_or(Error::Text)
    }

    /// What an address is looked up by.
    pub fn address_hmac(key: &TenantKey, address: &sealpost_domain::EmailAddress) -> [u8; 32] {
        key.lookup_hmac("incident_contacts.address", address.lookup_key().as_bytes())
    }

    const fn place(self, name: &'static str) -> Column {
        Column { tenant: self.tenant.into_bytes(), row: self.row, name }
    }
}

impl Auth {
    /// The page on which a notice is read and acknowledged.
    pub fn incident_page(&self, token: &LinkToken) -> String {
        format!("{}/incident/{}", self.base_url, token.to_url_text())
    }

    /// What the link of somebody who was told of an incident is good for. It counts as long as the tenant is there.
    ///
    /// # Errors
    /// [`AuthError::NotFound`], whatever is wrong with it.
    pub async fn incident_link(&self, token: &str) -> Result<IncidentGrant, AuthError> {
        let token: LinkToken = token.parse().map_err(|_| AuthError::NotFound)?;
        let mut conn = self.db.read().await?;
        let contact = conn.incident_contact_by_token(token.hash().as_bytes()).await?;
        let contact = contact.ok_or(AuthError::NotFound)?;
        let tenant = conn.tenant(contact.tenant_id).await?.ok_or(AuthError::NotFound)?;
        drop(conn);
        let tenant_key = self.keys.tenant_key(tenant.id, &tenant.tenant_key).await?;
        Ok(IncidentGrant { tenant, tenant_key, contact })
    }
}
