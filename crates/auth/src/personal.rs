//! Entries of the audit log that say whom or from where: commitments in what is hashed, the values sealed beside it.
//! `docs/audit.md` specifies both.

use std::{collections::BTreeMap, net::IpAddr};

use data_encoding::HEXLOWER;
use sealpost_db::{AuditEntry, AuditEvent, DbError, Delivery, Tx};
use sealpost_domain::{TenantId, Timestamp, TransferId};
use sealpost_sealed::{Column, Error, Random, TenantKey, TransferKey, commitment, random_bytes};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{Auth, AuthError, RecipientColumns};

/// Where the values are, for the context they are sealed in.
const COLUMN: &str = "audit.sealed";
/// What the commitments are called in the payload.
const FIELD: &str = "personal";

/// What is said of people, by name: `address`, `network`.
pub type PersonalValues = BTreeMap<String, Vec<String>>;

/// As they are sealed: salt and value; `None` where somebody's were forgotten.
type Salted = BTreeMap<String, Vec<Option<(String, String)>>>;

/// What seals the values of an entry.
#[derive(Debug, Clone, Copy)]
pub enum PersonalKey<'a> {
    /// That of the tenant, where an entry is about no transfer.
    Tenant(&'a TenantKey),
    /// That of the transfer that an entry is about: the values go with it.
    Transfer(&'a TransferKey),
}

/// What of an entry's values was somebody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForgottenValues {
    /// All of them: nobody else is named.
    All,
    /// None.
    None,
    /// Some; what is left, sealed.
    Some(Vec<u8>),
}

/// An entry that is about to be written.
#[derive(Debug, Clone)]
pub struct LogEntry {
    kind: &'static str,
    transfer: Option<TransferId>,
    payload: Value,
    sealed: Option<Vec<u8>>,
}

impl PersonalKey<'_> {
    fn seal(self, place: Column, values: &[u8], random: &dyn Random) -> Vec<u8> {
        match self {
            Self::Tenant(key) => key.seal_column(place, values, random),
            Self::Transfer(key) => key.seal_column(place, values, random),
        }
    }

    fn open(self, place: Column, sealed: &[u8]) -> Result<String, Error> {
        match self {
            Self::Tenant(key) => key.open_text(place, sealed),
            Self::Transfer(key) => key.open_text(place, sealed),
        }
    }
}

impl LogEntry {
    /// Of a kind, with ids, numbers and words.
    pub const fn new(kind: &'static str, payload: Value) -> Self {
        Self { kind, transfer: None, payload, sealed: None }
    }

    /// About a transfer.
    #[must_use]
    pub const fn about(mut self, transfer: TransferId) -> Self {
        self.transfer = Some(transfer);
        self
    }

    /// With what it says of people. Not in a transaction of SQLite if it can be helped: it encrypts.
    #[must_use]
    pub fn with(
        mut self,
        tenant: TenantId,
        key: PersonalKey<'_>,
        values: &[(&'static str, String)],
        random: &dyn Random,
    ) -> Self {
        if values.is_empty() {
            return self;
        }
        let (mut commitments, mut opened) = (json!({}), json!({}));
        for (name, value) in values {
            let salt: [u8; 32] = random_bytes(random);
            let committed = HEXLOWER.encode(&commitment(name, &salt, value.as_bytes()));
            push(&mut commitments, name, json!(committed));
            push(&mut opened, name, json!([HEXLOWER.encode(&salt), value]));
        }
        let place = place(tenant, &commitments);
        self.payload[FIELD] = commitments;
        self.sealed = Some(key.seal(place, opened.to_string().as_bytes(), random));
        self
    }

    /// Appends it, in the transaction of its effect. Call it last: it locks the log.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn append(&self, tx: &mut Tx, tenant: TenantId, at: Timestamp) -> Result<(), DbError> {
        let event = AuditEvent {
            at,
            kind: self.kind,
            transfer_id: self.transfer,
            payload: &self.payload,
            sealed: self.sealed.as_deref(),
        };
        tx.append_audit(tenant, &[event]).await.map(drop)
    }
}

impl Auth {
    /// An entry about a recipient: his address, and where he came from.
    pub(crate) async fn delivery_entry(
        &self,
        delivery: &Delivery,
        kind: &'static str,
        payload: Value,
    ) -> Result<LogEntry, AuthError> {
        let (tenant, transfer) = (delivery.transfer.tenant_id, delivery.transfer.id);
        let key = self.transfer_key(delivery).await?;
        let place = RecipientColumns::of(tenant, delivery.recipient.id).address();
        let address = key.open_text(place, &delivery.recipient.address);
        let address = address.map_err(|error| AuthError::Internal(error.into()))?;
        let mut values = vec![("address", address)];
        values.extend(network_value(self.network));
        let entry = LogEntry::new(kind, payload).about(transfer);
        Ok(entry.with(tenant, PersonalKey::Transfer(&key), &values, &*self.random))
    }

    /// An entry about somebody who signs in: where he came from.
    pub(crate) async fn sign_in_entry(
        &self,
        tenant: TenantId,
        kind: &'static str,
        payload: Value,
    ) -> Result<LogEntry, AuthError> {
        let entry = LogEntry::new(kind, payload);
        let (Some(network), Some(row)) =
            (network_value(self.network), self.db.read().await?.tenant(tenant).await?)
        else {
            return Ok(entry);
        };
        let key = self.keys.tenant_key(tenant, &row.tenant_key).await?;
        Ok(entry.with(tenant, PersonalKey::Tenant(&key), &[network], &*self.random))
    }
}

/// What an entry says of people, if that is still there.
///
/// # Errors
/// [`Error`] if it was sealed with another key or for another entry, or is not what the entry commits to.
pub fn open_personal(key: PersonalKey<'_>, entry: &AuditEntry) -> Result<PersonalValues, Error> {
    let Some(sealed) = &entry.sealed else {
        return Ok(PersonalValues::new());
    };
    let payload: Value = serde_json::from_str(&entry.payload).map_err(|_| Error::Text)?;
    let commitments = &payload[FIELD];
    let text = key.open(place(entry.tenant_id, commitments), sealed)?;
    let opened: Salted = serde_json::from_str(&text).map_err(|_| Error::Text)?;
    let mut values = PersonalValues::new();
    for (name, salted) in opened {
        for (number, salted) in salted.into_iter().enumerate() {
            let Some((salt, value)) = salted else { continue };
            let salt = HEXLOWER.decode(salt.as_bytes()).ok().and_then(|salt| salt.try_into().ok());
            let committed = commitment(&name, &salt.ok_or(Error::Text)?, value.as_bytes());
            if commitments[&name][number] != HEXLOWER.encode(&committed) {
                return Err(Error::Commitment);
            }
            values.entry(name.clone()).or_default().push(value);
        }
    }
    Ok(values)
}

/// Takes somebody out of what an entry says of people. What is said of others keeps its place, so that it still fits its
/// commitment.
///
/// # Errors
/// Those of [`open_personal`].
pub fn forget_personal(
    key: PersonalKey<'_>,
    entry: &AuditEntry,
    is_his: &dyn Fn(&str) -> bool,
    random: &dyn Random,
) -> Result<ForgottenValues, Error> {
    let named = open_personal(key, entry)?.remove("address").unwrap_or_default();
    let (his, of_others): (Vec<_>, Vec<_>) = named.iter().partition(|address| is_his(address));
    let Some(sealed) = entry.sealed.as_ref().filter(|_| !his.is_empty()) else {
        return Ok(ForgottenValues::None);
    };
    if of_others.is_empty() {
        return Ok(ForgottenValues::All);
    }
    let payload: Value = serde_json::from_str(&entry.payload).map_err(|_| Error::Text)?;
    let place = place(entry.tenant_id, &payload[FIELD]);
    let mut opened: Salted = serde_json::from_str(&key.open(place, sealed)?).map_err(|_| Error::Text)?;
    for salted in opened.values_mut().flatten() {
        *salted = salted.take().filter(|(_, value)| !is_his(value));
    }
    Ok(ForgottenValues::Some(key.seal(place, json!(opened).to_string().as_bytes(), random)))
}

/// An address on the network, as the log has it.
pub fn network_value(network: Option<IpAddr>) -> Option<(&'static str, String)> {
    network.map(|address| ("network", address.to_canonical().to_string()))
}

/// The entry's number is not known when its values are sealed; its commitments are its alone.
fn place(tenant: TenantId, commitments: &Value) -> Column {
    // In one order, however the object keeps its names.
    let sorted: BTreeMap<_, _> = commitments.as_object().into_iter().flatten().collect();
    let mut hash = Sha256::new();
    for (name, committed) in sorted {
        hash.update(json!([name, committed]).to_string());
    }
    let digest: [u8; 32] = hash.finalize().into();
    let (row, _) = digest.split_first_chunk().expect("32 bytes are more than 16");
    Column { tenant: tenant.into_bytes(), row: *row, name: COLUMN }
}

fn push(object: &mut Value, name: &str, item: Value) {
    match &mut object[name] {
        Value::Array(items) => items.push(item),
        absent => *absent = json!([item]),
    }
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::SystemRandom;
    use uuid::Uuid;

    use super::*;

    fn entry(tenant: TenantId, of: &LogEntry) -> AuditEntry {
        AuditEntry {
            tenant_id: tenant,
            seq: 1,
            at: Timestamp::from_unix_millis(1),
            kind: of.kind.to_owned(),
            transfer_id: of.transfer,
            payload: of.payload.to_string(),
            sealed: of.sealed.clone(),
            prev_hash: [0; 32],
            hash: [0; 32],
        }
    }

    #[test]
    fn values_open_under_their_key_and_beside_their_commitments_only() {
        let tenant = TenantId::from(Uuid::from_u128(1));
        let key = TenantKey::generate(&SystemRandom);
        let values = [
            ("address", "anna@example.org".to_owned()),
            ("address", "bert@example.org".to_owned()),
            ("network", "192.0.2.1".to_owned()),
        ];
        let made = || {
            LogEntry::new("session.begun", json!({ "user": "x" })).with(
                tenant,
                PersonalKey::Tenant(&key),
                &values,
                &SystemRandom,
            )
        };
        let (one, other) = (made(), made());
        for personal in ["anna", "bert", "192"] {
            assert!(!one.payload.to_string().contains(personal));
        }
        assert_ne!(one.payload, other.payload, "whoever knows the value cannot try it");
        let opened = open_personal(PersonalKey::Tenant(&key), &entry(tenant, &one)).unwrap();
        assert_eq!(opened["address"], ["anna@example.org", "bert@example.org"]);
        assert_eq!(opened["network"], ["192.0.2.1"]);
        let other_key = TenantKey::generate(&SystemRandom);
        assert!(open_personal(PersonalKey::Tenant(&other_key), &entry(tenant, &one)).is_err());
        let moved = LogEntry { sealed: other.sealed, ..one.clone() };
        assert!(open_personal(PersonalKey::Tenant(&key), &entry(tenant, &moved)).is_err());
        let elsewhere = TenantId::from(Uuid::from_u128(2));
        assert!(open_personal(PersonalKey::Tenant(&key), &entry(elsewhere, &one)).is_err());
        let gone = LogEntry { sealed: None, ..one };
        assert!(open_personal(PersonalKey::Tenant(&key), &entry(tenant, &gone)).unwrap().is_empty());
    }

    #[test]
    fn one_is_forgotten_and_others_still_fit_their_commitments() {
        let tenant = TenantId::from(Uuid::from_u128(1));
        let key = TenantKey::generate(&SystemRandom);
        let values = ["anna", "bert", "carl"].map(|name| ("address", format!("{name}@example.org")));
        let made = LogEntry::new("transfer.sent", json!({})).with(
            tenant,
            PersonalKey::Tenant(&key),
            &values,
            &SystemRandom,
        );
        let forget = |entry: &AuditEntry, who: &str| {
            let is_his = |text: &str| text.starts_with(who);
            forget_personal(PersonalKey::Tenant(&key), entry, &is_his, &SystemRandom).unwrap()
        };
        let mut entry = entry(tenant, &made);
        assert_eq!(forget(&entry, "dora"), ForgottenValues::None);
        for (who, left) in
            [("bert", vec!["anna@example.org", "carl@example.org"]), ("anna", vec!["carl@example.org"])]
        {
            let ForgottenValues::Some(left_sealed) = forget(&entry, who) else { panic!("others are named") };
            entry.sealed = Some(left_sealed);
            assert_eq!(open_personal(PersonalKey::Tenant(&key), &entry).unwrap()["address"], left);
            assert_eq!(forget(&entry, who), ForgottenValues::None, "once");
        }
        assert_eq!(forget(&entry, "carl"), ForgottenValues::All);
    }

    #[test]
    fn an_entry_about_nobody_has_nothing_to_seal() {
        let key = TenantKey::generate(&SystemRandom);
        let tenant = TenantId::from(Uuid::from_u128(1));
        let plain = LogEntry::new("session.begun", json!({})).with(
            tenant,
            PersonalKey::Tenant(&key),
            &[],
            &SystemRandom,
        );
        assert_eq!((plain.sealed, plain.payload), (None, json!({})));
    }
}
