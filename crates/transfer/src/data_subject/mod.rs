//! Requests of data subjects: what is known of an address in a tenant, handed out or erased.
//!
//! A tenant answers for its people and for whom it sends to; the service finds by keyed hashes what is that address's. What
//! a transfer's files say of anybody is the sender's, and nobody's to search.

mod erase;
mod find;
mod uploads;

use sealpost_auth::{IncidentColumns, MailboxColumns, ManageGrant, UserColumns};
use sealpost_db::{AuditEntry, Mailbox, Tx, User};
use sealpost_domain::{EmailAddress, TransferId};
use serde_json::{Value, json};

pub use erase::Erased;

use crate::{Service, TransferError, unlock::Unlocked};

/// Recipients that are looked up together.
const PAGE: u64 = 200;
/// Entries of the log that are looked through together.
const ENTRIES: u64 = 10_000;

impl Service {
    /// Whose address it is, if it is a user's or a mailbox's.
    async fn accounts_of(
        &self,
        grant: &ManageGrant,
        email: &EmailAddress,
    ) -> Result<(Option<User>, Option<Mailbox>), TransferError> {
        let (tenant, key) = (grant.tenant(), grant.tenant_key());
        let mut conn = self.db().read().await?;
        let user = conn.user_by_address(tenant, &UserColumns::address_hmac(key, email)).await?;
        let mailbox = conn.mailbox_by_address(tenant, &MailboxColumns::address_hmac(key, email)).await?;
        Ok((user, mailbox))
    }

    /// The key of a transfer and the entries about it that say anything of people; nothing if it is purged.
    async fn entries_about(
        &self,
        grant: &ManageGrant,
        transfer: TransferId,
    ) -> Result<Option<(Unlocked, Vec<AuditEntry>)>, TransferError> {
        let mut conn = self.db().read().await?;
        let entries = conn.audit_of_transfer(grant.tenant(), transfer).await?;
        let row = conn.transfer(grant.tenant(), transfer).await?;
        drop(conn);
        let Some(row) = row else { return Ok(None) };
        match self.unlock(row).await {
            Err(TransferError::NotFound) => Ok(None),
            unlocked => {
                let entries = entries.into_iter().filter(|entry| entry.sealed.is_some()).collect();
                Ok(Some((unlocked?, entries)))
            }
        }
    }

    /// The rules that name him. They are the tenant's, who changes them himself.
    async fn rules_naming(
        &self,
        grant: &ManageGrant,
        email: &EmailAddress,
    ) -> Result<Vec<String>, TransferError> {
        let mut conn = self.db().read().await?;
        let rules = self.policies().current(&mut conn, grant.tenant(), grant.tenant_key()).await?;
        let naming =
            rules.addresses().rules().0.iter().filter(|rule| {
                rule.senders.iter().chain(&rule.recipients).any(|pattern| pattern.names(email))
            });
        let mut named: Vec<_> = naming.map(|rule| rule.name.clone()).collect();
        let contacts = &rules.contacts().incidents;
        if contacts.iter().any(|contact| contact.lookup_key() == email.lookup_key()) {
            named.push("contacts.incidents".to_owned());
        }
        Ok(named)
    }

    /// Notes in the log that somebody's data were asked for, or erased: whose, as a keyed hash.
    async fn record_request(
        &self,
        grant: &ManageGrant,
        tx: &mut Tx,
        (kind, hmac): (&str, &[u8; 32]),
        mut payload: Value,
    ) -> Result<(), TransferError> {
        payload["address_hmac"] = json!(data_encoding::HEXLOWER.encode(hmac));
        Ok(grant.record(tx, self.now(), kind, payload).await?)
    }
}

/// By which recipients and remembered browsers are found.
fn recipient_hmac(grant: &ManageGrant, email: &EmailAddress) -> [u8; 32] {
    grant.tenant_key().lookup_hmac("recipients.address", email.lookup_key().as_bytes())
}

/// By which those are found who were told of incidents.
fn contact_hmac(grant: &ManageGrant, email: &EmailAddress) -> [u8; 32] {
    IncidentColumns::address_hmac(grant.tenant_key(), email)
}

/// Whether a text is this address, however it is spelled.
fn is_address(text: &str, email: &EmailAddress) -> bool {
    text.parse::<EmailAddress>().is_ok_and(|other| other.lookup_key() == email.lookup_key())
}
