//! A root key in somebody else's keeping: what all such vaults share.
//!
//! The vault itself wraps only a fresh key of 32 bytes; the secret is sealed under that key here, with its context. So every
//! kind of vault binds a secret to its place in the same way, also one whose algorithm knows no associated data, and a
//! secret may be longer than what the vault takes at once.

mod envelope;
mod gate;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use sealpost_sealed::{Error, Random, RootContext, RootKey, Zeroizing};
use tokio::time::Instant;

use crate::{KeyId, KeyVersion, MAX_SECRET_LENGTH, Vault, VaultError};
pub(crate) use envelope::Version;
use envelope::{Parts, prefix};
use gate::Gate;
pub(crate) use gate::Throttled;

/// How long a proof that the vault works counts. Whoever balances load asks every node every few seconds.
const HEALTHY_FOR: Duration = Duration::from_secs(10);

/// What a kind of vault does. Contexts, bounds in time, and what is known of versions are [`RemoteVault`]'s.
#[async_trait]
pub(crate) trait Keeper: Send + Sync + fmt::Debug {
    /// The word for it in the configuration.
    fn kind(&self) -> &'static str;

    /// The first byte of what it wraps.
    fn mark(&self) -> u8;

    /// Which key it is: what a version's id begins with. Printable ASCII without spaces.
    fn key_name(&self) -> String;

    /// A fresh key, the version of the root key that wrapped it, and what it was wrapped to.
    async fn fresh_key(&self, random: &dyn Random) -> Result<(RootKey, Version, Vec<u8>), VaultError>;

    /// What was wrapped. [`VaultError::UnknownKey`] if the version is not there.
    async fn unwrap_key(&self, version: Version, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError>;

    /// The versions that unwrap, oldest first; [`VaultError::Missing`] if there is no such key.
    async fn versions(&self) -> Result<Vec<Version>, VaultError>;

    /// Makes the key. It is known that there is none.
    async fn create(&self) -> Result<(), VaultError>;

    /// Makes a new version.
    async fn rotate(&self) -> Result<(), VaultError>;

    /// Takes one of the versions, but not the newest, out of use.
    async fn retire(&self, version: Version) -> Result<(), VaultError>;

    /// The error that says that a version is not there.
    fn unknown(&self, version: Version) -> VaultError {
        VaultError::UnknownKey { key: self.id(version) }
    }

    /// A version's id.
    fn id(&self, version: Version) -> KeyId {
        KeyId::new(format!("{}:{}:{version}", self.kind(), self.key_name()))
    }
}

/// A root key that is in a vault of its own: OpenBao, HashiCorp Vault, a token that speaks PKCS#11, Azure Key Vault.
///
/// What is wrapped is `kind || version || length of the vault's bytes as u16, big-endian || the vault's bytes || message`:
/// the vault's bytes are a fresh key under the root key, the message is the secret under the fresh key, sealed with its
/// context. A call that is not answered within 10 seconds fails, at most 16 run at once, and after failures the
/// next ones fail without asking for 5 seconds.
pub struct RemoteVault {
    keeper: Box<dyn Keeper>,
    random: Arc<dyn Random>,
    current: RwLock<Version>,
    gate: Gate,
    healthy_at: Mutex<Option<Instant>>,
}

impl RemoteVault {
    /// The vault with the key in it.
    pub(crate) async fn open(keeper: Box<dyn Keeper>, random: Arc<dyn Random>) -> Result<Self, VaultError> {
        let gate = Gate::default();
        let versions = gate.pass(keeper.versions()).await?;
        let newest = versions.last().copied();
        let current = newest.ok_or_else(|| VaultError::Missing { key: keeper.key_name() })?;
        Ok(Self { keeper, random, current: RwLock::new(current), gate, healthy_at: Mutex::new(None) })
    }

    /// Makes the key, which must not be there, and opens the vault.
    pub(crate) async fn create(keeper: Box<dyn Keeper>, random: Arc<dyn Random>) -> Result<Self, VaultError> {
        let gate = Gate::default();
        match gate.pass(keeper.versions()).await {
            Err(VaultError::Missing { .. }) => {}
            Ok(_) => return Err(VaultError::Exists { key: keeper.key_name() }),
            Err(error) => return Err(error),
        }
        gate.pass(keeper.create()).await?;
        Self::open(keeper, random).await
    }

    fn current(&self) -> Version {
        *self.current.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn learn(&self, current: Version) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = current;
    }

    async fn list(&self) -> Result<Vec<Version>, VaultError> {
        let versions = self.gate.pass(self.keeper.versions()).await?;
        self.learn(*versions.last().ok_or_else(|| VaultError::Missing { key: self.keeper.key_name() })?);
        Ok(versions)
    }

    fn healthy_at(&self) -> MutexGuard<'_, Option<Instant>> {
        self.healthy_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Vault for RemoteVault {
    async fn wrap(&self, context: &RootContext, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        if secret.len() > MAX_SECRET_LENGTH {
            return Err(VaultError::TooLong { length: secret.len() });
        }
        let (key, version, wrapped) = self.gate.pass(self.keeper.fresh_key(&*self.random)).await?;
        self.learn(version);
        let message = key.wrap(context, secret, &*self.random);
        Parts { version, wrapped: &wrapped, message: &message }.join(self.keeper.mark())
    }

    async fn unwrap(&self, context: &RootContext, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let parts = Parts::split(self.keeper.mark(), self.current(), wrapped).map_err(VaultError::Refused)?;
        let key = self.gate.pass(self.keeper.unwrap_key(parts.version, parts.wrapped)).await?;
        let key = RootKey::from_secret(&key).map_err(|_| VaultError::Refused(Error::Length))?;
        key.unwrap(context, parts.message).map_err(VaultError::Refused)
    }

    /// Wraps and unwraps, but not more often than every 10 seconds as long as that succeeds.
    async fn health(&self) -> Result<(), VaultError> {
        if self.healthy_at().is_some_and(|at| at.elapsed() < HEALTHY_FOR) {
            return Ok(());
        }
        const PROBE: RootContext = RootContext::Secret { name: "vault-probe" };
        let wrapped = self.wrap(&PROBE, b"probe").await?;
        self.unwrap(&PROBE, &wrapped).await?;
        *self.healthy_at() = Some(Instant::now());
        Ok(())
    }

    fn key_id(&self) -> KeyId {
        self.keeper.id(self.current())
    }

    async fn versions(&self) -> Result<Vec<KeyVersion>, VaultError> {
        let versions = self.list().await?;
        let current = self.current();
        let shown = versions.into_iter().map(|version| KeyVersion {
            id: self.keeper.id(version),
            name: version.to_string(),
            is_current: version == current,
        });
        Ok(shown.collect())
    }

    async fn rotate(&self) -> Result<KeyId, VaultError> {
        self.gate.pass(self.keeper.rotate()).await?;
        self.list().await?;
        Ok(self.key_id())
    }

    async fn retire(&self, version: &KeyId) -> Result<(), VaultError> {
        let versions = self.list().await?;
        let found = versions.into_iter().find(|known| self.keeper.id(*known) == *version);
        let found = found.ok_or_else(|| VaultError::UnknownKey { key: version.clone() })?;
        if found == self.current() {
            return Err(VaultError::Current { key: version.clone() });
        }
        self.gate.pass(self.keeper.retire(found)).await
    }

    fn wrapped_under(&self, wrapped: &[u8]) -> Option<KeyId> {
        let version = Version::after(self.keeper.mark(), self.current(), wrapped)?;
        Some(self.keeper.id(version))
    }

    fn current_prefix(&self) -> Vec<u8> {
        prefix(self.keeper.mark(), self.current())
    }

    fn kind(&self) -> &'static str {
        self.keeper.kind()
    }
}

impl fmt::Debug for RemoteVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteVault").field("key", &self.key_id()).finish_non_exhaustive()
    }
}
