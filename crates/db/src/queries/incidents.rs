//! Notices of incidents: what the operator tells a tenant, whom, and who has acknowledged it.

use sealpost_domain::{IncidentContactId, IncidentId, TenantId, Timestamp, UserId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A notice to a tenant.
    pub struct Incident {
        /// Which.
        pub id: IncidentId,
        /// To whom.
        pub tenant_id: TenantId,
        /// HMAC of subject and text: a notice is given once.
        pub digest: [u8; 32],
        /// Its subject, sealed under the tenant key.
        pub subject: Vec<u8>,
        /// Its text, sealed under the tenant key.
        pub body: Vec<u8>,
        /// When it was given.
        pub created_at: Timestamp,
        /// When the first of the tenant's people acknowledged it.
        pub acknowledged_at: Option<Timestamp>,
        /// When the tenant is reminded next; `None`: not any more.
        pub remind_at: Option<Timestamp>,
        /// How often it was reminded.
        pub reminders: u64,
    }

    /// Somebody who is told of an incident, or has acknowledged one.
    pub struct IncidentContact {
        /// Which.
        pub id: IncidentContactId,
        /// The tenant.
        pub tenant_id: TenantId,
        /// Of what he is told.
        pub incident_id: IncidentId,
        /// The user that he is, if he is one.
        pub user_id: Option<UserId>,
        /// His address, sealed under the tenant key.
        pub address: Vec<u8>,
        /// HMAC of the address's look-up key; unique in the incident.
        pub address_hmac: [u8; 32],
        /// SHA-256 of his link's token; `None` for somebody who gets no mail.
        pub token_hash: Option<[u8; 32]>,
        /// The token, sealed under the tenant key.
        pub token: Option<Vec<u8>>,
        /// When he was first told.
        pub notified_at: Option<Timestamp>,
        /// When he acknowledged it.
        pub acknowledged_at: Option<Timestamp>,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, digest, subject, body, created_at, acknowledged_at, remind_at, reminders"
    };
}

macro_rules! contact_columns {
    () => {
        "id, tenant_id, incident_id, user_id, address, address_hmac, token_hash, token, notified_at, acknowledged_at"
    };
}

statements! {
    INSERT = [
        "INSERT INTO incidents (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
        ON CONFLICT (tenant_id, digest) DO NOTHING",
    ];
    BY_ID = ["SELECT ", columns!(), " FROM incidents WHERE id = $1"];
    OF_TENANT = ["SELECT ", columns!(), " FROM incidents WHERE tenant_id = $1 ORDER BY id DESC LIMIT $2"];
    DUE = ["SELECT ", columns!(), " FROM incidents WHERE remind_at <= $1 ORDER BY remind_at, id LIMIT $2"];
    SET_REMINDED = "UPDATE incidents SET remind_at = $3, reminders = reminders + 1 WHERE id = $1 AND remind_at = $2";
    SET_ACKNOWLEDGED = "UPDATE incidents SET acknowledged_at = $3, remind_at = NULL \
        WHERE tenant_id = $1 AND id = $2 AND acknowledged_at IS NULL";
    INSERT_CONTACT = [
        "INSERT INTO incident_contacts (", contact_columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
        ON CONFLICT (incident_id, address_hmac) DO NOTHING",
    ];
    CONTACTS = ["SELECT ", contact_columns!(), " FROM incident_contacts WHERE incident_id = $1 ORDER BY id"];
    CONTACT = ["SELECT ", contact_columns!(), " FROM incident_contacts WHERE id = $1"];
    CONTACT_BY_TOKEN = ["SELECT ", contact_columns!(), " FROM incident_contacts WHERE token_hash = $1"];
    SET_NOTIFIED = "UPDATE incident_contacts SET notified_at = $2 WHERE id = $1 AND notified_at IS NULL";
    SET_CONTACT_ACKNOWLEDGED =
        "UPDATE incident_contacts SET acknowledged_at = $3 \
        WHERE incident_id = $1 AND address_hmac = $2 AND acknowledged_at IS NULL";
    CONTACT_IN = "SELECT incident_id AS value FROM incident_contacts \
        WHERE tenant_id = $1 AND address_hmac = $2 ORDER BY incident_id";
    FORGET_CONTACT = "DELETE FROM incident_contacts WHERE tenant_id = $1 AND address_hmac = $2";
}

impl Conn {
    /// A notice.
    pub async fn incident(&mut self, id: IncidentId) -> Result<Option<Incident>, DbError> {
        self.optional(&BY_ID, binds![id]).await
    }

    /// The tenant's notices, the latest first, at most `limit`.
    pub async fn incidents(&mut self, tenant: TenantId, limit: u64) -> Result<Vec<Incident>, DbError> {
        self.all(&OF_TENANT, binds![tenant, limit]).await
    }

    /// Notices of which tenants are to be reminded at `now`, at most `limit`.
    pub async fn incidents_to_remind(
        &mut self,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<Incident>, DbError> {
        self.all(&DUE, binds![now, limit]).await
    }

    /// Who is told of a notice, and who else has acknowledged it.
    pub async fn incident_contacts(&mut self, incident: IncidentId) -> Result<Vec<IncidentContact>, DbError> {
        self.all(&CONTACTS, binds![incident]).await
    }

    /// Somebody who is told of a notice.
    pub async fn incident_contact(
        &mut self,
        id: IncidentContactId,
    ) -> Result<Option<IncidentContact>, DbError> {
        self.optional(&CONTACT, binds![id]).await
    }

    /// Whose link this is.
    pub async fn incident_contact_by_token(
        &mut self,
        hash: &[u8; 32],
    ) -> Result<Option<IncidentContact>, DbError> {
        self.optional(&CONTACT_BY_TOKEN, binds![hash]).await
    }

    /// Of which notices somebody with this address was told.
    pub async fn incidents_of_address(
        &mut self,
        tenant: TenantId,
        hmac: &[u8; 32],
    ) -> Result<Vec<IncidentId>, DbError> {
        self.all(&CONTACT_IN, binds![tenant, hmac]).await
    }
}

impl Tx {
    /// Gives a notice. `false` if the tenant has the same one.
    pub async fn insert_incident(&mut self, i: &Incident) -> Result<bool, DbError> {
        let row = binds![
            i.id,
            i.tenant_id,
            &i.digest,
            &i.subject,
            &i.body,
            i.created_at,
            i.acknowledged_at,
            i.remind_at,
            i.reminders,
        ];
        self.changes(&INSERT, row).await
    }

    /// Adds somebody who is told. `false` if he is there.
    pub async fn insert_incident_contact(&mut self, c: &IncidentContact) -> Result<bool, DbError> {
        let row = binds![
            c.id,
            c.tenant_id,
            c.incident_id,
            c.user_id,
            &c.address,
            &c.address_hmac,
            c.token_hash.as_ref(),
            c.token.as_ref(),
            c.notified_at,
            c.acknowledged_at,
        ];
        self.changes(&INSERT_CONTACT, row).await
    }

    /// Counts a reminder, and says when the next is due. `false` if somebody else has done so, or it was acknowledged.
    pub async fn set_incident_reminded(
        &mut self,
        incident: &Incident,
        next: Option<Timestamp>,
    ) -> Result<bool, DbError> {
        self.changes(&SET_REMINDED, binds![incident.id, incident.remind_at, next]).await
    }

    /// Notes that somebody was told.
    pub async fn set_incident_contact_notified(
        &mut self,
        id: IncidentContactId,
        at: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&SET_NOTIFIED, binds![id, at]).await
    }

    /// Notes that whoever has this address has acknowledged a notice. `false` if he has before, or is not there.
    pub async fn acknowledge_incident(
        &mut self,
        (tenant, incident): (TenantId, IncidentId),
        hmac: &[u8; 32],
        at: Timestamp,
    ) -> Result<bool, DbError> {
        let first = self.changes(&SET_CONTACT_ACKNOWLEDGED, binds![incident, hmac, at]).await?;
        if first {
            self.changes(&SET_ACKNOWLEDGED, binds![tenant, incident, at]).await?;
        }
        Ok(first)
    }

    /// Forgets somebody who was told of notices. Gives of how many.
    pub async fn forget_incident_contact(
        &mut self,
        tenant: TenantId,
        hmac: &[u8; 32],
    ) -> Result<u64, DbError> {
        self.execute(&FORGET_CONTACT, binds![tenant, hmac]).await
    }
}
