//! How often anybody may try, counted in the database: all nodes together keep to it.
//!
//! [`Throttle`](crate::Throttle) stands in front of it on each node and costs nothing; what gets past it is counted here.

use std::{net::IpAddr, sync::Arc, time::Duration};

use sealpost_db::Db;
use sealpost_domain::{
    Clock, EmailAddress, RecipientId, SubmissionSource, TenantId, Timestamp, TransferId, UserId,
};
use sealpost_keys::Keys;

use crate::AuthError;

/// Longest time that a rate may be spread over.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

/// So many attempts in so long, also all at once; after that one whenever its share of the time has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    attempts: u32,
    per: Duration,
}

impl Rate {
    /// `attempts` in `per`. 0 counts as 1; the time is at most a day.
    pub fn new(attempts: u32, per: Duration) -> Self {
        Self { attempts: attempts.max(1), per: per.min(LONGEST) }
    }

    /// `attempts` in a minute.
    pub fn per_minute(attempts: u32) -> Self {
        Self::new(attempts, Duration::from_secs(60))
    }

    /// `attempts` in an hour.
    pub fn per_hour(attempts: u32) -> Self {
        Self::new(attempts, Duration::from_secs(3_600))
    }

    /// How many attempts that is in a minute, rounded up.
    pub fn in_a_minute(self) -> u32 {
        let attempts = u64::from(self.attempts) * 60_000;
        let millis = u64::try_from(self.per.as_millis()).unwrap_or(u64::MAX).max(1);
        u32::try_from(attempts.div_ceil(millis)).unwrap_or(u32::MAX)
    }

    /// What an attempt costs; at least a millisecond, which is what times are stored in.
    fn interval(self) -> Duration {
        (self.per / self.attempts).max(Duration::from_millis(1))
    }
}

/// The rates of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// For one account, such as its wrong passwords.
    pub account: Rate,
    /// For one address of a person, such as the codes that are sent to it.
    pub address: Rate,
    /// For one recipient's link.
    pub link: Rate,
    /// For one network: an address of a machine, or its /64 in IPv6.
    pub network: Rate,
    /// For everything in one tenant together: what keeps one from taking all of the service.
    pub tenant: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            account: Rate::new(10, Duration::from_secs(15 * 60)),
            address: Rate::per_hour(20),
            link: Rate::per_minute(20),
            network: Rate::per_minute(120),
            tenant: Rate::per_minute(3_000),
        }
    }
}

impl Rates {
    /// Rates that nobody reaches.
    pub fn unlimited() -> Self {
        let rate = Rate::per_minute(60_000);
        Self { account: rate, address: rate, link: rate, network: rate, tenant: rate }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    // In the order in which their rows are locked.
    Network,
    Account,
    Address,
    Link,
    Tenant,
}

/// What is counted: something that is done (`"links.verify"`), by or to somebody. The same thing under another name of
/// what is done has a count of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitKey {
    kind: Kind,
    /// Unless it is that of the kind.
    rate: Option<Rate>,
    value: Vec<u8>,
}

impl LimitKey {
    /// An account.
    pub fn account(what: &'static str, tenant: TenantId, user: UserId) -> Self {
        Self::new(Kind::Account, what, &[&tenant.into_bytes(), &user.into_bytes()])
    }

    /// An address of a person, whatever its spelling; whether anybody has it does not matter.
    pub fn address(what: &'static str, tenant: TenantId, address: &EmailAddress) -> Self {
        Self::new(Kind::Address, what, &[&tenant.into_bytes(), address.lookup_key().as_bytes()])
    }

    /// Somebody's address or number that is known by a keyed hash only.
    pub fn hashed_address(what: &'static str, tenant: TenantId, hmac: &[u8; 32]) -> Self {
        Self::new(Kind::Address, what, &[&tenant.into_bytes(), hmac])
    }

    /// A recipient's link.
    pub fn link(what: &'static str, tenant: TenantId, recipient: RecipientId) -> Self {
        Self::new(Kind::Link, what, &[&tenant.into_bytes(), &recipient.into_bytes()])
    }

    /// The link of a mail, which everybody has whom it goes to.
    pub fn mail(what: &'static str, tenant: TenantId, transfer: TransferId) -> Self {
        Self::new(Kind::Link, what, &[&tenant.into_bytes(), &transfer.into_bytes()])
    }

    /// By what outsiders send in: a request's link, a portal's address.
    pub fn submission(what: &'static str, tenant: TenantId, source: SubmissionSource) -> Self {
        Self::new(Kind::Link, what, &[&tenant.into_bytes(), source.as_uuid().as_bytes()])
    }

    /// The same for one network.
    pub fn submission_from(
        what: &'static str,
        tenant: TenantId,
        source: SubmissionSource,
        network: IpAddr,
    ) -> Self {
        let network = neighbourhood(network);
        Self::new(Kind::Network, what, &[&tenant.into_bytes(), source.as_uuid().as_bytes(), &network])
    }

    /// An address of a machine, or its /64 in IPv6: whoever has one has all of them.
    pub fn network(what: &'static str, address: IpAddr) -> Self {
        Self::new(Kind::Network, what, &[&neighbourhood(address)])
    }

    /// Everything in one tenant.
    pub fn tenant(what: &'static str, tenant: TenantId) -> Self {
        Self::new(Kind::Tenant, what, &[&tenant.into_bytes()])
    }

    /// With a rate of its own instead of its kind's.
    #[must_use]
    pub fn at(mut self, rate: Rate) -> Self {
        self.rate = Some(rate);
        self
    }

    fn new(kind: Kind, what: &'static str, parts: &[&[u8]]) -> Self {
        let mut value = vec![kind as u8];
        for part in std::iter::once(&what.as_bytes()).chain(parts) {
            let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
            value.extend_from_slice(&length.to_be_bytes());
            value.extend_from_slice(part);
        }
        Self { kind, rate: None, value }
    }
}

/// What of an address is one network.
pub(crate) fn neighbourhood(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets()[..8].to_vec(),
    }
}

/// Counts attempts for all nodes together. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Limits {
    db: Db,
    keys: Arc<Keys>,
    clock: Arc<dyn Clock>,
    rates: Rates,
}

impl Limits {
    /// Counts in this database.
    pub fn new(db: Db, keys: Arc<Keys>, clock: Arc<dyn Clock>, rates: Rates) -> Self {
        Self { db, keys, clock, rates }
    }

    /// Counts an attempt against all of these, or against none of them if one allows no more.
    ///
    /// # Errors
    /// [`AuthError::TooMany`] with the seconds to wait; those of the database and the vault.
    pub async fn count(&self, keys: impl IntoIterator<Item = LimitKey>) -> Result<(), AuthError> {
        let mut keys: Vec<_> = keys.into_iter().collect();
        // Locked in one order, so that two who count the same things wait for one another and never each for the other.
        keys.sort_by(|a, b| (a.kind, &a.value).cmp(&(b.kind, &b.value)));
        let hashed = self.hashed(&keys).await?;
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        for (hash, rate) in &hashed {
            if !tx.count_limit(hash, now, rate.interval(), rate.per).await? {
                let wait = wait(tx.limit(hash).await?, *rate, now);
                drop(tx);
                return Err(AuthError::TooMany(wait));
            }
        }
        Ok(tx.commit().await?)
    }

    /// Forgets what was counted, such as wrong passwords after a right one.
    ///
    /// # Errors
    /// Those of the database and the vault.
    pub async fn forget(&self, key: LimitKey) -> Result<(), AuthError> {
        let hashed = self.hashed(&[key]).await?;
        let mut tx = self.db.write().await?;
        for (hash, _) in &hashed {
            tx.forget_limit(hash).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Removes what says nothing any more.
    pub(crate) async fn sweep(&self) -> Result<u64, AuthError> {
        let mut tx = self.db.write().await?;
        let removed = tx.sweep_limits(self.clock.now(), LONGEST).await?;
        tx.commit().await?;
        Ok(removed)
    }

    /// What stands in the table: nobody who reads it learns an address.
    async fn hashed(&self, keys: &[LimitKey]) -> Result<Vec<([u8; 32], Rate)>, AuthError> {
        let secret = self.keys.grant_key().await?;
        let rate = |kind| match kind {
            Kind::Account => self.rates.account,
            Kind::Address => self.rates.address,
            Kind::Link => self.rates.link,
            Kind::Network => self.rates.network,
            Kind::Tenant => self.rates.tenant,
        };
        let hash = |key: &LimitKey| {
            (secret.lookup_hmac("limits.key", &key.value), key.rate.unwrap_or_else(|| rate(key.kind)))
        };
        Ok(keys.iter().map(hash).collect())
    }
}

/// The whole seconds until there is room for one more.
fn wait(paid_until: Option<Timestamp>, rate: Rate, now: Timestamp) -> u16 {
    let ahead = paid_until.unwrap_or(now).since(now) + rate.interval();
    let seconds = ahead.saturating_sub(rate.per).as_millis().div_ceil(1_000).max(1);
    u16::try_from(seconds).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);

    fn id<T: From<uuid::Uuid>>(byte: u8) -> T {
        uuid::Uuid::from_bytes([byte; 16]).into()
    }

    #[test]
    fn what_is_counted_apart_has_keys_apart() {
        let (tenant, other) = (id(1), id(2));
        let address = |text: &str| text.parse().unwrap();
        let keys = [
            LimitKey::account("sign_in", tenant, id(1)),
            LimitKey::account("sign_in", other, id(1)),
            LimitKey::account("reset", tenant, id(1)),
            LimitKey::link("sign_in", tenant, id(1)),
            LimitKey::address("sign_in", tenant, &address("anna@example.org")),
            LimitKey::tenant("sign_in", tenant),
            LimitKey::network("sign_in", "192.0.2.1".parse().unwrap()),
            LimitKey::network("sign_in", "2001:db8::1".parse().unwrap()),
        ];
        for (i, a) in keys.iter().enumerate() {
            assert!(keys[i + 1..].iter().all(|b| a.value != b.value), "{a:?}");
        }
        assert_eq!(
            LimitKey::address("x", tenant, &address("ANNA@Example.org")),
            LimitKey::address("x", tenant, &address("anna@example.org")),
        );
        let network = |text: &str| LimitKey::network("x", text.parse().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::2"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
    }

    #[test]
    fn a_wait_is_rounded_up_and_never_nothing() {
        let rate = Rate::per_minute(3);
        let owes = |millis| Some(NOW + Duration::from_millis(millis));
        assert_eq!(wait(owes(60_000), rate, NOW), 20);
        assert_eq!(wait(owes(40_001), rate, NOW), 1);
        assert_eq!(wait(None, rate, NOW), 1);
        assert_eq!(Rate::per_hour(90).in_a_minute(), 2);
        assert_eq!(Rate::new(0, Duration::from_secs(1)).interval(), Duration::from_secs(1));
        assert_eq!(Rate::per_minute(u32::MAX).interval(), Duration::from_millis(1));
    }
}
