//! Wrapping keys anew under the current version of the root key, while everybody goes on working, and what is wrapped
//! under which version.

use std::collections::BTreeMap;

use sealpost_db::{Db, WrappedCount, WrappedEpoch, WrappedSecret, WrappedTenantKey};
use sealpost_domain::{Epoch, TenantId, Timestamp};
use sealpost_sealed::RootContext;
use sealpost_vault::{KeyVersion, VaultError};
use uuid::Uuid;

use crate::{AUDIT_KEY, GRANT_KEY, Keys, KeysError, epoch_context, root::CHECK, tenant_context};

/// Keys that are read at once.
const BATCH: u64 = 200;

/// What became of the keys that a run looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rewrapped {
    /// Wrapped anew.
    pub done: u64,
    /// Gone or changed meanwhile: the next run looks at them again.
    pub changed: u64,
    /// They do not open, or nobody knows what they are. The log names them.
    pub failed: u64,
    /// Whether some were left for the next run.
    pub more: bool,
}

/// What is wrapped under one version of the root key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnderVersion {
    /// The version; what is wrapped under no version of this vault is under `another vault`.
    pub id: String,
    /// Tenants' keys.
    pub tenant_keys: u64,
    /// Keys of expiry days.
    pub epoch_keys: u64,
    /// Secrets of the service.
    pub secrets: u64,
    /// When the oldest of all these keys was made; not when it was wrapped.
    pub oldest_at: Timestamp,
}

impl UnderVersion {
    /// All of them.
    pub const fn total(&self) -> u64 {
        self.tenant_keys + self.epoch_keys + self.secrets
    }
}

impl Keys {
    /// Wraps what is under an older version of the root key under the current one, at most `limit` keys. Nothing is written
    /// unless it opens, and nothing that has changed since it was read: a key that was destroyed does not come back.
    /// Can be broken off at any moment, and done by several nodes at once.
    ///
    /// # Errors
    /// The vault's and both databases'; what was done stays done.
    pub async fn rewrap(&self, db: &Db, limit: u64) -> Result<Rewrapped, KeysError> {
        // Somebody may have rotated elsewhere.
        self.vault.versions().await?;
        let mut run = Run { prefix: self.vault.current_prefix(), limit, result: Rewrapped::default() };
        self.rewrap_secrets(&mut run).await?;
        self.rewrap_tenants(db, &mut run).await?;
        self.rewrap_epochs(&mut run).await?;
        Ok(run.result)
    }

    async fn rewrap_secrets(&self, run: &mut Run) -> Result<(), KeysError> {
        for read in self.keyring.secrets_not_under(&run.prefix).await? {
            let Some(name) = [GRANT_KEY, AUDIT_KEY, CHECK].into_iter().find(|name| *name == read.name) else {
                tracing::error!(
                    secret = read.name,
                    "of a later version of the service, which has to wrap it anew"
                );
                run.result.failed += 1;
                continue;
            };
            self.rewrap_secret(name, &read, run).await?;
        }
        Ok(())
    }

    async fn rewrap_secret(
        &self,
        name: &'static str,
        read: &WrappedSecret,
        run: &mut Run,
    ) -> Result<(), KeysError> {
        let Some(fresh) = self.again(&RootContext::Secret { name }, &read.wrapped_key, run).await? else {
            tracing::error!(secret = name, "does not open under any version of the root key");
            return Ok(());
        };
        let replaced = self.keyring.replace_secret(read, &fresh).await?;
        run.count(replaced);
        if replaced && name == CHECK {
            self.keyring.put_root_key(self.vault.key_id().as_str()).await?;
        }
        Ok(())
    }

    async fn rewrap_tenants(&self, db: &Db, run: &mut Run) -> Result<(), KeysError> {
        let mut after = TenantId::from(Uuid::nil());
        loop {
            let batch: Vec<WrappedTenantKey> =
                db.read().await?.tenant_keys_not_under(&run.prefix, after, BATCH).await?;
            let Some(last) = batch.last() else { return Ok(()) };
            after = last.id;
            for read in &batch {
                if run.is_over() {
                    return Ok(());
                }
                let Some(fresh) = self.again(&tenant_context(read.id), &read.tenant_key, run).await? else {
                    tracing::error!(tenant = %read.id, "its key does not open under any version of the root key");
                    continue;
                };
                let mut tx = db.write().await?;
                let replaced = tx.replace_tenant_key(read, &fresh).await?;
                tx.commit().await?;
                run.count(replaced);
            }
        }
    }

    async fn rewrap_epochs(&self, run: &mut Run) -> Result<(), KeysError> {
        let mut after = (Epoch::from_days(i64::MIN), TenantId::from(Uuid::nil()));
        loop {
            let batch: Vec<WrappedEpoch> =
                self.keyring.epoch_keys_not_under(&run.prefix, after, BATCH).await?;
            let Some(last) = batch.last() else { return Ok(()) };
            after = (last.epoch, last.tenant_id);
            for read in &batch {
                if run.is_over() {
                    return Ok(());
                }
                let context = epoch_context(read.tenant_id, read.epoch);
                let Some(fresh) = self.again(&context, &read.wrapped_key, run).await? else {
                    tracing::error!(tenant = %read.tenant_id, epoch = %read.epoch,
                        "its key does not open under any version of the root key");
                    continue;
                };
                run.count(self.keyring.replace_epoch_key(read, &fresh).await?);
            }
        }
    }

    /// The same secret under the current version; `None`, and counted, if it does not open.
    async fn again(
        &self,
        context: &RootContext,
        wrapped: &[u8],
        run: &mut Run,
    ) -> Result<Option<Vec<u8>>, KeysError> {
        let secret = match self.vault.unwrap(context, wrapped).await {
            Ok(secret) => secret,
            Err(VaultError::Refused(_) | VaultError::UnknownKey { .. }) => {
                run.result.failed += 1;
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let fresh = self.vault.wrap(context, &secret).await?;
        // What it replaces is the only copy there is.
        if *self.vault.unwrap(context, &fresh).await? != *secret {
            return Err(KeysError::Damaged);
        }
        Ok(Some(fresh))
    }

    /// What is wrapped under which version, as the vault and both databases are now. Versions under which nothing is wrapped are
    /// not listed.
    ///
    /// # Errors
    /// Those of both databases.
    pub async fn wrapped_under(&self, db: &Db) -> Result<Vec<UnderVersion>, KeysError> {
        let length = self.vault.current_prefix().len() as u64;
        let mut found = BTreeMap::<String, UnderVersion>::new();
        let tenants = db.read().await?.count_tenant_keys_by_prefix(length).await?;
        self.add(&mut found, tenants, |under, number| under.tenant_keys += number);
        let epochs = self.keyring.count_epoch_keys_by_prefix(length).await?;
        self.add(&mut found, epochs, |under, number| under.epoch_keys += number);
        let secrets = self.keyring.count_secrets_by_prefix(length).await?;
        self.add(&mut found, secrets, |under, number| under.secrets += number);
        Ok(found.into_values().collect())
    }

    fn add(
        &self,
        found: &mut BTreeMap<String, UnderVersion>,
        counts: Vec<WrappedCount>,
        add: impl Fn(&mut UnderVersion, u64),
    ) {
        for count in counts {
            let id = self.vault.wrapped_under(&count.prefix);
            let id = id.map_or_else(|| "another vault".to_owned(), |id| id.to_string());
            let under = found.entry(id.clone()).or_insert(UnderVersion {
                id,
                tenant_keys: 0,
                epoch_keys: 0,
                secrets: 0,
                oldest_at: count.oldest_at,
            });
            under.oldest_at = under.oldest_at.min(count.oldest_at);
            add(under, count.number);
        }
    }

    /// Takes a version of the root key out of use, by its name (`v3`) or whole id, if nothing is wrapped under it any more.
    ///
    /// # Errors
    /// [`KeysError::NoVersion`], [`KeysError::StillWrapped`], and the vault's and both databases'.
    pub async fn retire(&self, db: &Db, name: &str) -> Result<KeyVersion, KeysError> {
        let versions = self.vault.versions().await?;
        let named = |version: &&KeyVersion| version.name == name || version.id.as_str() == name;
        let Some(version) = versions.iter().find(named) else {
            let known = versions.iter().map(|version| version.name.as_str()).collect::<Vec<_>>().join(", ");
            return Err(KeysError::NoVersion { name: name.to_owned(), known });
        };
        if version.is_current {
            return Err(VaultError::Current { key: version.id.clone() }.into());
        }
        let wrapped = self.wrapped_under(db).await?;
        if let Some(under) = wrapped.iter().find(|under| under.id == version.id.as_str()) {
            return Err(KeysError::StillWrapped { id: under.id.clone(), number: under.total() });
        }
        self.vault.retire(&version.id).await?;
        Ok(version.clone())
    }
}

struct Run {
    prefix: Vec<u8>,
    limit: u64,
    result: Rewrapped,
}

impl Run {
    fn count(&mut self, replaced: bool) {
        if replaced {
            self.result.done += 1;
        } else {
            self.result.changed += 1;
        }
    }

    const fn is_over(&mut self) -> bool {
        self.result.more = self.result.done >= self.limit;
        self.result.more
    }
}
