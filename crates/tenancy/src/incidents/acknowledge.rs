//! Saying that a notice was read.

use sealpost_auth::{AdminSession, IncidentColumns, IncidentGrant, UserColumns};
use sealpost_db::{AuditEvent, IncidentContact};
use sealpost_domain::{IncidentContactId, IncidentId, Timestamp};
use sealpost_sealed::random_bytes;
use serde_json::{Value, json};

use super::IncidentView;
use crate::{Tenancy, TenancyError};

/// What somebody reads who follows his link.
#[derive(Debug, Clone)]
pub struct IncidentPage {
    /// What the tenant is called.
    pub tenant_name: String,
    /// What it is about.
    pub subject: String,
    /// What the operator says.
    pub text: String,
    /// When it was given.
    pub created_at: Timestamp,
    /// When he acknowledged it.
    pub acknowledged_at: Option<Timestamp>,
}

impl Tenancy {
    /// What a link leads to; looking changes nothing.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`]; those of the stores.
    pub async fn incident_page(&self, grant: &IncidentGrant) -> Result<IncidentPage, TenancyError> {
        let contact = grant.contact();
        let row = self.db.read().await?.incident(contact.incident_id).await?;
        let row = row.ok_or(TenancyError::NotFound)?;
        let columns = IncidentColumns::of(row.tenant_id, row.id);
        let (subject, text) = columns.open(grant.tenant_key(), &row.subject, &row.body)?;
        Ok(IncidentPage {
            tenant_name: grant.tenant().name.clone(),
            subject,
            text,
            created_at: row.created_at,
            acknowledged_at: contact.acknowledged_at,
        })
    }

    /// Somebody who was told says that he has read it. Once more does nothing.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn acknowledge_incident_by_link(&self, grant: &IncidentGrant) -> Result<(), TenancyError> {
        self.acknowledge(grant.contact(), json!("contact")).await
    }

    /// An admin says that he has read it, whether he was told by mail or not. Once more does nothing.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`]; those of the stores.
    pub async fn acknowledge_incident(
        &self,
        admin: &AdminSession,
        id: IncidentId,
    ) -> Result<IncidentView, TenancyError> {
        let (tenant, key) = (admin.tenant(), admin.tenant_key());
        let mut conn = self.db.read().await?;
        let row = conn.incident(id).await?.filter(|row| row.tenant_id == tenant);
        let row = row.ok_or(TenancyError::NotFound)?;
        let contacts = conn.incident_contacts(row.id).await?;
        let user = conn.user(tenant, admin.user()).await?.ok_or(TenancyError::NotFound)?;
        drop(conn);
        let (address, _) = UserColumns::of(tenant, user.id).open(key, &user.address, &user.name)?;
        let address = address.parse().map_err(|_| TenancyError::Corrupt("users"))?;
        let hmac = IncidentColumns::address_hmac(key, &address);
        let contact = contacts.into_iter().find(|contact| contact.address_hmac == hmac);
        let contact = contact.unwrap_or_else(|| {
            let contact = IncidentContactId::new(self.clock.now(), random_bytes(&*self.random));
            let columns = IncidentColumns::of_contact(tenant, contact);
            IncidentContact {
                id: contact,
                tenant_id: tenant,
                incident_id: id,
                user_id: Some(user.id),
                address: columns.seal_address(key, address.as_str(), &*self.random),
                address_hmac: hmac,
                token_hash: None,
                token: None,
                notified_at: None,
                acknowledged_at: None,
            }
        });
        self.acknowledge(&contact, json!(admin.user())).await?;
        self.incident(&(&admin.manage()).into(), id).await
    }

    async fn acknowledge(&self, contact: &IncidentContact, by: Value) -> Result<(), TenancyError> {
        let (tenant, incident, now) = (contact.tenant_id, contact.incident_id, self.clock.now());
        let mut tx = self.db.write().await?;
        if contact.token_hash.is_none() {
            tx.insert_incident_contact(contact).await?;
        }
        if !tx.acknowledge_incident((tenant, incident), &contact.address_hmac, now).await? {
            return Ok(tx.rollback().await?);
        }
        let payload = json!({ "incident": incident, "contact": contact.id, "by": by });
        let event = AuditEvent {
            at: now,
            kind: "incident.acknowledged",
            transfer_id: None,
            payload: &payload,
            sealed: None,
        };
        tx.append_audit(tenant, &[event]).await?;
        Ok(tx.commit().await?)
    }
}
