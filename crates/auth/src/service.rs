//! What credentials are checked with.

use std::{net::IpAddr, sync::Arc};

use sealpost_db::{Db, DbError, NewJob, Tx};
use sealpost_domain::{Clock, Job, JobId, RecipientId, Timestamp};
use sealpost_keys::{Keys, KeysError};
use sealpost_metrics::Metrics;
use sealpost_oidc::{Oidc, Reach};
use sealpost_sealed::{Random, random_bytes};

use crate::{
    AuthError, LicenceKeys, Limits, Rates, Throttle, accounts::RelyingParty, password_pool::PasswordPool,
};

/// Bounds of checking passwords.
#[derive(Debug, Clone, Copy)]
pub struct AuthLimits {
    /// Memory that all running Argon2id derivations may take together, in MiB; one takes 64.
    pub argon2_memory_mib: u32,
    /// Derivations that may run or wait; more are refused at once.
    pub argon2_queue: usize,
    /// Passwords that may be shown to one link in a minute, on this node. Whether they are right, and whether the
    /// transfer is locked, does not matter: each of them takes a place in the queue.
    pub passwords_per_minute: u32,
    /// How often anybody may try, on all nodes together.
    pub rates: Rates,
}

impl Default for AuthLimits {
    fn default() -> Self {
        Self { argon2_memory_mib: 256, argon2_queue: 64, passwords_per_minute: 20, rates: Rates::default() }
    }
}

/// Turns credentials into grants. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Auth {
    pub(crate) db: Db,
    pub(crate) keys: Arc<Keys>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) passwords: PasswordPool,
    /// Passwords shown to the link of each recipient.
    pub(crate) shown: Arc<Throttle<RecipientId>>,
    pub(crate) limits: Limits,
    pub(crate) licences: LicenceKeys,
    /// Where browsers reach the service; empty while nobody has said.
    pub(crate) base_url: Arc<str>,
    /// Who asks for passkeys; nobody where the service has no name that they could be bound to.
    pub(crate) party: Option<Arc<RelyingParty>>,
    pub(crate) oidc: Oidc,
    /// Where whoever is served comes from: what the log says.
    pub(crate) network: Option<IpAddr>,
}

impl Auth {
    /// Checks credentials against this database and these keys.
    pub fn new(
        db: Db,
        keys: Arc<Keys>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        limits: AuthLimits,
    ) -> Self {
        let passwords = PasswordPool::new(limits.argon2_memory_mib, limits.argon2_queue);
        let shown = Arc::new(Throttle::per_minute(limits.passwords_per_minute));
        let counted = Limits::new(db.clone(), Arc::clone(&keys), Arc::clone(&clock), limits.rates);
        Self {
            db,
            keys,
            clock,
            random,
            passwords,
            shown,
            limits: counted,
            licences: LicenceKeys::default(),
            base_url: Arc::from(""),
            party: None,
            oidc: Oidc::new(Reach::Public),
            network: None,
        }
    }

    /// The same, which says where browsers reach the service: what passkeys are bound to, and where links in mails lead.
    #[must_use]
    pub fn reached_at(self, base_url: &str) -> Self {
        let party = RelyingParty::at(base_url).map(Arc::new);
        Self { base_url: base_url.trim_end_matches('/').into(), party, ..self }
    }

    /// The same, which asks for licences that one of these keys has signed.
    #[must_use]
    pub fn with_licences(self, licences: LicenceKeys) -> Self {
        Self { licences, ..self }
    }

    /// The same, whose identity providers may be there; on the internet only, unless it is said.
    #[must_use]
    pub fn with_providers(self, reach: Reach) -> Self {
        Self { oidc: Oidc::new(reach), ..self }
    }

    /// The same, whose queue of password checks is counted there.
    #[must_use]
    pub fn counted_by(mut self, metrics: Metrics) -> Self {
        self.passwords.metrics = metrics;
        self
    }

    /// The same, for somebody who comes from this address: what is written into the log about it says so.
    #[must_use]
    pub fn called_from(self, network: Option<IpAddr>) -> Self {
        Self { network, ..self }
    }

    /// How often anybody may try, on all nodes together.
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Queues a job in the transaction of what it follows from.
    pub(crate) async fn enqueue(&self, tx: &mut Tx, job: &Job) -> Result<(), AuthError> {
        let payload = serde_json::to_string(job).map_err(|error| AuthError::Internal(error.into()))?;
        let now = self.now();
        tx.enqueue(&NewJob {
            id: JobId::new(now, random_bytes(&*self.random)),
            kind: job.kind(),
            payload: &payload,
            dedupe_key: Some(&job.dedupe_key()),
            run_at: now,
            created_at: now,
        })
        .await?;
        Ok(())
    }
}

impl From<DbError> for AuthError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Busy(_) | DbError::Full(_) | DbError::Unavailable(_) => Self::Unavailable(error.into()),
            _ => Self::Internal(error.into()),
        }
    }
}

impl From<KeysError> for AuthError {
    fn from(error: KeysError) -> Self {
        match error {
            KeysError::Damaged => Self::Internal(error.into()),
            _ => Self::Unavailable(error.into()),
        }
    }
}
