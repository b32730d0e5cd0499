//! The key hierarchy at run time: the root key in its vault, what it wraps in the keyring, and a short memory.
//!
//! Calls of the vault are few: an unwrapped key is kept for minutes, then wiped. While the vault is down, tenants whose
//! keys are in memory go on until it ends; then every use of a key is an error that becomes 503, never plaintext.
#![warn(missing_docs)]

mod cache;
mod error;
mod rewrap;
mod root;
mod tie;
mod turns;

use std::{sync::Arc, time::Duration};

use cache::{Cache, Generation};
pub use error::KeysError;
pub use rewrap::{Rewrapped, UnderVersion};
use sealpost_db::Keyring;
pub use sealpost_db::TenantEpoch;
use sealpost_domain::{Clock, Epoch, TenantId};
use sealpost_sealed::{
    EpochKey, GrantKey, NoteVerifier, Random, RootContext, SigningKey, TenantKey, Zeroizing,
};
use sealpost_vault::Vault;
pub use tie::{check_tie, tie};
use turns::Turns;

/// How long an unwrapped key stays in memory. Also how long another node may go on using an epoch key after it was
/// destroyed; transfers of that epoch have been refused for longer than that by then (see [`Keys::destroy_epochs_before`]).
pub const KEPT_FOR: Duration = Duration::from_secs(5 * 60);

/// How long after its end a day's key is destroyed: longer than clocks of nodes differ.
pub const EPOCH_GRACE: Duration = Duration::from_secs(15 * 60);
/// So long after that it may still be there: the job that destroys it comes every 10 minutes, and waits for an hour when the
/// clock has jumped.
pub const EPOCH_PATIENCE: Duration = Duration::from_secs(2 * 60 * 60);

/// Days whose keys are destroyed together.
const DAYS_AT_ONCE: u64 = 500;
/// What seals recipients' grants.
const GRANT_KEY: &str = "grant";
/// What signs the heads of audit logs.
const AUDIT_KEY: &str = "audit-signing";

/// The keys of all tenants.
#[derive(Debug)]
pub struct Keys {
    vault: Arc<dyn Vault>,
    keyring: Keyring,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    tenants: Cache<TenantId, TenantKey>,
    epochs: Cache<(TenantId, Epoch), EpochKey>,
    secrets: Cache<&'static str, GrantKey>,
    signing: Cache<&'static str, SigningKey>,
    turns: Turns,
}

impl Keys {
    /// The hierarchy below the root key in `vault`, with its wrapped keys in `keyring`.
    pub fn new(
        vault: Arc<dyn Vault>,
        keyring: Keyring,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self {
            vault,
            keyring,
            clock,
            random,
            tenants: Cache::new(KEPT_FOR),
            epochs: Cache::new(KEPT_FOR),
            secrets: Cache::new(KEPT_FOR),
            signing: Cache::new(KEPT_FOR),
            turns: Turns::default(),
        }
    }

    /// A new tenant's key, wrapped for his row.
    ///
    /// # Errors
    /// The vault's.
    pub async fn new_tenant_key(&self, tenant: TenantId) -> Result<(Arc<TenantKey>, Vec<u8>), KeysError> {
        let key = TenantKey::generate(&*self.random);
        let wrapped = self.vault.wrap(&tenant_context(tenant), key.expose_secret()).await?;
        Ok((self.tenants.put(tenant, key, self.clock.now()), wrapped))
    }

    /// The tenant's key, from its wrapped form in his row.
    ///
    /// # Errors
    /// The vault's, and [`KeysError::Damaged`] if the row was changed.
    pub async fn tenant_key(&self, tenant: TenantId, wrapped: &[u8]) -> Result<Arc<TenantKey>, KeysError> {
        if let Some(key) = self.tenants.get(&tenant, self.clock.now()) {
            return Ok(key);
        }
        let _turn = self.turns.take(tenant).await;
        // Whoever had it before may have asked for the same.
        if let Some(key) = self.tenants.get(&tenant, self.clock.now()) {
            return Ok(key);
        }
        let bytes = self.vault.unwrap(&tenant_context(tenant), wrapped).await?;
        let key = TenantKey::from_secret(&bytes).map_err(|_| KeysError::Damaged)?;
        Ok(self.tenants.put(tenant, key, self.clock.now()))
    }

    /// The key of an expiry day, made if the day has none yet. For what is being created or extended.
    ///
    /// # Errors
    /// The vault's and the keyring's.
    pub async fn epoch_key(&self, tenant: TenantId, epoch: Epoch) -> Result<Arc<EpochKey>, KeysError> {
        if let Some(key) = self.existing_epoch_key(tenant, epoch).await? {
            return Ok(key);
        }
        let asked = self.epochs.generation();
        let fresh = EpochKey::generate(&*self.random);
        let wrapped = self.vault.wrap(&epoch_context(tenant, epoch), fresh.expose_secret()).await?;
        // Another node may have been faster: what stands in the keyring counts.
        let kept = self.keyring.put_epoch_key_if_absent(tenant, epoch, &wrapped, self.clock.now()).await?;
        self.unwrap_epoch_key(tenant, epoch, &kept, asked).await
    }

    /// The key of an expiry day; `None` once the day was shredded. For everything that reads.
    ///
    /// # Errors
    /// The vault's and the keyring's.
    pub async fn existing_epoch_key(
        &self,
        tenant: TenantId,
        epoch: Epoch,
    ) -> Result<Option<Arc<EpochKey>>, KeysError> {
        if let Some(key) = self.epochs.get(&(tenant, epoch), self.clock.now()) {
            return Ok(Some(key));
        }
        let _turn = self.turns.take(tenant).await;
        // Whoever had it before may have asked for the same.
        if let Some(key) = self.epochs.get(&(tenant, epoch), self.clock.now()) {
            return Ok(Some(key));
        }
        let asked = self.epochs.generation();
        match self.keyring.epoch_key(tenant, epoch).await? {
            Some(wrapped) => Ok(Some(self.unwrap_epoch_key(tenant, epoch, &wrapped, asked).await?)),
            None => Ok(None),
        }
    }

    /// Whether there is a key of an expiry day, asked of the keyring itself and not of this node's memory: for proofs.
    ///
    /// # Errors
    /// The keyring's.
    pub async fn has_epoch_key(&self, tenant: TenantId, epoch: Epoch) -> Result<bool, KeysError> {
        Ok(self.keyring.epoch_key(tenant, epoch).await?.is_some())
    }

    /// Deletes the keys of all expiry days before `day`, in the keyring and here, at most `limit` of them, and says which
    /// those were: whatever copy of those days' rows and blobs there is anywhere, it opens no more.
    ///
    /// # Errors
    /// The keyring's. All keys are still there then, unless the answer was lost on the way; repeat it.
    pub async fn destroy_epochs_before(&self, day: Epoch, limit: u64) -> Result<Vec<TenantEpoch>, KeysError> {
        let over = self.keyring.epochs_before(day, limit).await?;
        self.forget_stale();
        // As almost always: destroying takes the whole table on PostgreSQL.
        if over.is_empty() {
            return Ok(over);
        }
        let destroyed = self.keyring.destroy_epoch_keys(&over).await;
        // Also after a failure, for its answer may have been lost. And not earlier: whoever asks before the deletion puts
        // the key back here.
        self.epochs.remove_all(over.iter().map(|day| (day.tenant_id, day.epoch)));
        destroyed?;
        Ok(over)
    }

    /// How many expiry days of a tenant have a key, as far as `limit`.
    ///
    /// # Errors
    /// The keyring's.
    pub async fn count_epochs_of(&self, tenant: TenantId, limit: u64) -> Result<u64, KeysError> {
        Ok(self.epochs_of(tenant, limit).await?.len() as u64)
    }

    /// The expiry days of a tenant that have a key, earliest first, at most `limit`: asked of the keyring itself.
    ///
    /// # Errors
    /// The keyring's.
    pub async fn epochs_of(&self, tenant: TenantId, limit: u64) -> Result<Vec<Epoch>, KeysError> {
        let days = self.keyring.epochs_of_tenant(tenant, limit).await?;
        Ok(days.into_iter().map(|day| day.epoch).collect())
    }

    /// The tenants that have a key of any day: asked of the keyring itself.
    ///
    /// # Errors
    /// The keyring's.
    pub async fn tenants(&self) -> Result<Vec<TenantId>, KeysError> {
        Ok(self.keyring.tenants().await?)
    }

    /// Destroys all keys of a tenant: those of his expiry days in the keyring and here, and what is remembered of his own,
    /// whose wrapped form is in his row.
    ///
    /// # Errors
    /// The keyring's; repeat it.
    pub async fn destroy_keys_of(&self, tenant: TenantId) -> Result<(), KeysError> {
        loop {
            let days = self.keyring.epochs_of_tenant(tenant, DAYS_AT_ONCE).await?;
            self.tenants.remove_all([tenant]);
            if days.is_empty() {
                return Ok(());
            }
            let destroyed = self.keyring.destroy_epoch_keys(&days).await;
            self.epochs.remove_all(days.iter().map(|day| (day.tenant_id, day.epoch)));
            destroyed?;
        }
    }

    /// The key that seals recipients' grants, made on first use.
    ///
    /// # Errors
    /// The vault's and the keyring's.
    pub async fn grant_key(&self) -> Result<Arc<GrantKey>, KeysError> {
        if let Some(key) = self.secrets.get(&GRANT_KEY, self.clock.now()) {
            return Ok(key);
        }
        let bytes = self.secret(GRANT_KEY, || *GrantKey::generate(&*self.random).expose_secret()).await?;
        let key = GrantKey::from_secret(&bytes).map_err(|_| KeysError::Damaged)?;
        Ok(self.secrets.put(GRANT_KEY, key, self.clock.now()))
    }

    /// The key with which this installation signs the heads of its audit logs, made on first use.
    ///
    /// # Errors
    /// The vault's and the keyring's.
    pub async fn audit_key(&self) -> Result<Arc<SigningKey>, KeysError> {
        if let Some(key) = self.signing.get(&AUDIT_KEY, self.clock.now()) {
            return Ok(key);
        }
        let bytes = self.secret(AUDIT_KEY, || *SigningKey::generate(&*self.random).expose_secret()).await?;
        let key = SigningKey::from_secret(&bytes).map_err(|_| KeysError::Damaged)?;
        Ok(self.signing.put(AUDIT_KEY, key, self.clock.now()))
    }

    /// What certificates about a tenant's data are signed with, and the public half by the name under which the tenant knows
    /// it from his audit log.
    ///
    /// # Errors
    /// The vault's and the keyring's.
    pub async fn certificate_key(
        &self,
        tenant: TenantId,
    ) -> Result<(Arc<SigningKey>, NoteVerifier), KeysError> {
        let key = self.audit_key().await?;
        let name = format!("sealpost/audit/{tenant}");
        let verifier = NoteVerifier::new(&name, key.verifying_key()).map_err(|_| KeysError::Damaged)?;
        Ok((key, verifier))
    }

    /// A secret of the service, which `generate` makes if there is none yet.
    async fn secret(
        &self,
        name: &'static str,
        generate: impl FnOnce() -> [u8; 32],
    ) -> Result<Zeroizing<Vec<u8>>, KeysError> {
        let context = RootContext::Secret { name };
        let wrapped = match self.keyring.secret(name).await? {
            Some(wrapped) => wrapped,
            None => {
                let fresh = Zeroizing::new(generate());
                let wrapped = self.vault.wrap(&context, &*fresh).await?;
                // Another node may have been faster: what stands in the keyring counts.
                self.keyring.put_secret_if_absent(name, &wrapped, self.clock.now()).await?
            }
        };
        Ok(self.vault.unwrap(&context, &wrapped).await?)
    }

    /// Whether vault and keyring answer.
    ///
    /// # Errors
    /// Why not.
    pub async fn health(&self) -> Result<(), KeysError> {
        // Every node is asked this every few seconds, also one that has nothing else to do.
        self.forget_stale();
        self.keyring.ping().await?;
        Ok(self.vault.health().await?)
    }

    /// Where the root key lies.
    pub fn vault(&self) -> &dyn Vault {
        &*self.vault
    }

    /// Wipes what nobody has asked for since its time was over.
    fn forget_stale(&self) {
        let now = self.clock.now();
        self.tenants.sweep(now);
        self.epochs.sweep(now);
        self.secrets.sweep(now);
        self.signing.sweep(now);
    }

    async fn unwrap_epoch_key(
        &self,
        tenant: TenantId,
        epoch: Epoch,
        wrapped: &[u8],
        asked: Generation,
    ) -> Result<Arc<EpochKey>, KeysError> {
        let bytes = self.vault.unwrap(&epoch_context(tenant, epoch), wrapped).await?;
        let key = EpochKey::from_secret(&bytes).map_err(|_| KeysError::Damaged)?;
        Ok(self.epochs.put_since(asked, (tenant, epoch), key, self.clock.now()))
    }
}

fn tenant_context(tenant: TenantId) -> RootContext {
    RootContext::TenantKey { tenant: tenant.into_bytes() }
}

fn epoch_context(tenant: TenantId, epoch: Epoch) -> RootContext {
    RootContext::EpochKey { tenant: tenant.into_bytes(), day: epoch.days() }
}
