//! What every use case works with.

use std::{sync::Arc, time::Duration};

use sealpost_blob::{BlobStore, Container};
use sealpost_db::Db;
use sealpost_domain::{Clock, Timestamp};
use sealpost_inspect::Clamd;
use sealpost_keys::Keys;
use sealpost_metrics::Metrics;
use sealpost_policy::Policies;
use sealpost_sealed::{Random, random_bytes};

use crate::{
    TransferError,
    replicate::{Behind, Pace},
};

/// The stores, the keys, the clock and the dice.
#[derive(Debug)]
pub struct ServiceParts {
    /// The database.
    pub db: Db,
    /// The blob store.
    pub blobs: Arc<dyn BlobStore>,
    /// The key hierarchy.
    pub keys: Arc<Keys>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// The public address of the service, without a slash at its end: what links start with.
    pub base_url: String,
    /// Bounds.
    pub limits: Limits,
}

/// Bounds of the use cases.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long a body may bring no byte before it counts as broken off.
    pub stall: Duration,
    /// How long a writer holds an upload without a sign of life. One that waits for its body gives a sign three times as
    /// often; after a node has died, its uploads go on elsewhere when this is over.
    pub upload_lease: Duration,
    /// How old an object must be to be removed as an orphan.
    pub orphan_age: Duration,
    /// How many bytes a second this node copies to other stores; 0: without a bound.
    pub copy_rate: u64,
    /// How long something may wait to be copied to a replica before no more is taken in; `None`: for as long as that takes.
    pub replica_lag: Option<Duration>,
    /// Whether codes can be sent by SMS: without a gateway nobody could open what asks for one.
    pub sms: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            stall: Duration::from_secs(30),
            upload_lease: Duration::from_secs(30),
            orphan_age: Duration::from_secs(24 * 3_600),
            copy_rate: 50 << 20,
            replica_lag: None,
            sms: false,
        }
    }
}

/// The use cases of sending and receiving. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Service {
    parts: Arc<ServiceParts>,
    policies: Policies,
    scanner: Option<Arc<Clamd>>,
    metrics: Metrics,
    copying: Arc<(Pace, Behind)>,
}

impl Service {
    /// The use cases on these stores.
    pub fn new(parts: ServiceParts) -> Self {
        let copying = Arc::new((Pace::new(parts.limits.copy_rate), Behind::default()));
        let (policies, metrics) = (Policies::default(), Metrics::default());
        Self { parts: Arc::new(parts), policies, scanner: None, metrics, copying }
    }

    /// With a malware scanner.
    #[must_use]
    pub fn with_scanner(mut self, scanner: Clamd) -> Self {
        self.scanner = Some(Arc::new(scanner));
        self
    }

    /// Counted there.
    #[must_use]
    pub fn counted_by(mut self, metrics: Metrics) -> Self {
        self.metrics = metrics;
        self
    }

    /// Where it is counted.
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The malware scanner, if there is one.
    pub fn scanner(&self) -> Option<&Clamd> {
        self.scanner.as_deref()
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.parts.clock
    }

    /// Whether database, keyring, vault and blob store answer.
    ///
    /// # Errors
    /// That of the first that does not.
    pub async fn ready(&self) -> Result<(), TransferError> {
        self.db().serves().await?;
        self.keys().health().await?;
        Ok(self.blobs().health().await?)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    pub(crate) fn db(&self) -> &Db {
        &self.parts.db
    }

    pub(crate) fn blobs(&self) -> &dyn BlobStore {
        &*self.parts.blobs
    }

    pub(crate) fn shared_blobs(&self) -> Arc<dyn BlobStore> {
        Arc::clone(&self.parts.blobs)
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.parts.keys
    }

    /// Tenants' rules, ready to be asked: others who ask share what is kept ready.
    pub const fn policies(&self) -> &Policies {
        &self.policies
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.parts.random
    }

    pub(crate) fn limits(&self) -> Limits {
        self.parts.limits
    }

    pub(crate) fn pace(&self) -> &Pace {
        &self.copying.0
    }

    pub(crate) fn behind(&self) -> &Behind {
        &self.copying.1
    }

    pub(crate) fn link_url(&self, token: &sealpost_auth::LinkToken) -> String {
        format!("{}/t/{}", self.parts.base_url, token.to_url_text())
    }

    /// Where a mail leads everybody whom it goes to.
    pub(crate) fn mail_url(&self, token: &sealpost_auth::LinkToken) -> String {
        format!("{}/m/{}", self.parts.base_url, token.to_url_text())
    }

    /// Where an upload request is answered.
    pub(crate) fn request_url(&self, token: &sealpost_auth::LinkToken) -> String {
        format!("{}/r/{}", self.parts.base_url, token.to_url_text())
    }

    /// A new id of any kind.
    pub(crate) fn new_id<I>(&self, make: impl FnOnce(Timestamp, [u8; 10]) -> I) -> I {
        make(self.now(), random_bytes(self.random()))
    }
}

/// The container that a tenant's row names.
pub(crate) fn container(name: &str) -> Result<Container, TransferError> {
    name.parse().map_err(TransferError::internal)
}
