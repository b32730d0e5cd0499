//! Giving a tenant a notice.

use std::{collections::BTreeMap, time::Duration};

use sealpost_auth::{IncidentColumns, LinkToken, OperatorGrant, TenantReader, UserColumns};
use sealpost_db::{Incident, IncidentContact};
use sealpost_domain::{
    EmailAddress, IncidentContactId, IncidentId, Job, Role, TenantId, UserId, is_deceptive,
};
use sealpost_sealed::random_bytes;
use serde_json::json;

use crate::{Tenancy, TenancyError, policy::current};

/// Until the tenant is reminded, and from one reminder to the next.
pub(super) const DAY: Duration = Duration::from_secs(24 * 3_600);
/// Longest subject, in bytes.
const MAX_SUBJECT_BYTES: usize = 200;
/// Longest text, in bytes.
const MAX_TEXT_BYTES: usize = 16 << 10;
/// Most people who are told.
const MAX_CONTACTS: usize = 200;

/// What an operator has to say of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentText {
    subject: String,
    text: String,
}

/// What has become of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// The tenant has got the same one before; nothing was done.
    Before,
    /// It was given, to so many people.
    Now(IncidentId, usize),
}

impl IncidentText {
    /// A subject of one line, and a text of up to 16 KiB. Ends of lines are as on Unix, and tabs are blanks.
    ///
    /// # Errors
    /// [`TenancyError::Invalid`].
    pub fn new(subject: &str, text: &str) -> Result<Self, TenancyError> {
        let subject = subject.trim();
        let text = text.replace("\r\n", "\n").replace('\t', " ");
        let text = text.trim();
        let strange = |c: char| c.is_control() || is_deceptive(c);
        if subject.is_empty() || subject.len() > MAX_SUBJECT_BYTES || subject.chars().any(strange) {
            return Err(TenancyError::Invalid("a subject is one line of 1 to 200 bytes"));
        }
        if text.is_empty() || text.len() > MAX_TEXT_BYTES || text.chars().any(|c| c != '\n' && strange(c)) {
            return Err(TenancyError::Invalid("a text has 1 byte to 16 KiB, in plain lines"));
        }
        Ok(Self { subject: subject.to_owned(), text: text.to_owned() })
    }
}

impl Tenancy {
    /// Tells a tenant of an incident: its owners, and whom its policy names (`contacts.incidents`). The mails are queued in
    /// the same transaction. The same subject and text are given to a tenant once.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn notify_incident(
        &self,
        operator: &OperatorGrant,
        notice: &IncidentText,
    ) -> Result<Given, TenancyError> {
        let (tenant, key, now) = (operator.tenant(), operator.tenant_key(), self.clock.now());
        let id = IncidentId::new(now, random_bytes(&*self.random));
        let texts = (notice.subject.as_str(), notice.text.as_str());
        let [subject, body] = IncidentColumns::of(tenant, id).seal(key, texts, &*self.random);
        let digest = key.lookup_hmac("incidents.digest", json!([texts.0, texts.1]).to_string().as_bytes());
        let row = Incident {
            id,
            tenant_id: tenant,
            digest,
            subject,
            body,
            created_at: now,
            acknowledged_at: None,
            remind_at: Some(now + DAY),
            reminders: 0,
        };
        let contacts: Vec<_> = self
            .contacts(operator)
            .await?
            .into_iter()
            .map(|(address, user)| self.contact(operator, (id, user), &address))
            .collect();
        let mut tx = self.db.write().await?;
        if !tx.insert_incident(&row).await? {
            tx.rollback().await?;
            return Ok(Given::Before);
        }
        for contact in &contacts {
            tx.insert_incident_contact(contact).await?;
            let job = Job::NotifyIncident { tenant, contact: contact.id };
            self.enqueue(&mut tx, &job, now).await?;
        }
        let payload = json!({ "incident": id, "contacts": contacts.len() });
        operator.record(&mut tx, now, "incident.notified", payload).await?;
        tx.commit().await?;
        Ok(Given::Now(id, contacts.len()))
    }

    fn contact(
        &self,
        operator: &OperatorGrant,
        (incident, user): (IncidentId, Option<UserId>),
        address: &EmailAddress,
    ) -> IncidentContact {
        let (tenant, key) = (operator.tenant(), operator.tenant_key());
        let id = IncidentContactId::new(self.clock.now(), random_bytes(&*self.random));
        let columns = IncidentColumns::of_contact(tenant, id);
        let token = LinkToken::generate(&*self.random);
        IncidentContact {
            id,
            tenant_id: tenant,
            incident_id: incident,
            user_id: user,
            address: columns.seal_address(key, address.as_str(), &*self.random),
            address_hmac: IncidentColumns::address_hmac(key, address),
            token_hash: Some(*token.hash().as_bytes()),
            token: Some(columns.seal_token(key, &token, &*self.random)),
            notified_at: None,
            acknowledged_at: None,
        }
    }

    /// Who is told: each address once.
    async fn contacts(
        &self,
        operator: &OperatorGrant,
    ) -> Result<Vec<(EmailAddress, Option<UserId>)>, TenancyError> {
        let tenant: TenantId = operator.tenant();
        let mut conn = self.db.read().await?;
        let mut found = BTreeMap::new();
        for row in conn.users(tenant).await? {
            if row.role == Role::Owner && row.disabled_at.is_none() {
                let columns = UserColumns::of(tenant, row.id);
                let (address, _) = columns.open(operator.tenant_key(), &row.address, &row.name)?;
                let address: EmailAddress = address.parse().map_err(|_| TenancyError::Corrupt("users"))?;
                found.insert(address.lookup_key(), (address, Some(row.id)));
            }
        }
        let reader = TenantReader::from(&**operator);
        for address in current(&mut conn, &reader).await?.document.contacts.incidents {
            found.entry(address.lookup_key()).or_insert((address, None));
        }
        Ok(found.into_values().take(MAX_CONTACTS).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_plain_text() {
        let said = IncidentText::new(" A disk was lost ", "One.\r\n\r\n\tTwo.\n").unwrap();
        assert_eq!((&*said.subject, &*said.text), ("A disk was lost", "One.\n\n Two."));
        let long = "x".repeat(MAX_TEXT_BYTES + 1);
        for (subject, text) in
            [("", "x"), ("x", " \n"), ("a\nb", "x"), ("x", "\u{202e}x"), ("x", "\u{7}"), ("x", long.as_str())]
        {
            assert!(IncidentText::new(subject, text).is_err(), "{subject:?}");
        }
    }
}
