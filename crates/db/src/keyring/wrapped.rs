//! What of the keyring is wrapped under which version of the root key, and wrapping it anew.

use sealpost_domain::{Epoch, TenantId, Timestamp};

use super::Keyring;
use crate::{error::DbError, row::rows, sql::statements, value::binds};

rows! {
    /// How many keys begin with the same bytes, which name the version of the root key that wrapped them.
    pub struct WrappedCount {
        /// Those bytes.
        pub prefix: Vec<u8>,
        /// How many.
        pub number: u64,
        /// When the first of them was made.
        pub oldest_at: Timestamp,
    }
    /// A wrapped epoch key.
    pub struct WrappedEpoch {
        /// Whose.
        pub tenant_id: TenantId,
        /// The expiry day.
        pub epoch: Epoch,
        /// The key, wrapped.
        pub wrapped_key: Vec<u8>,
    }
    /// A wrapped secret of the service.
    pub struct WrappedSecret {
        /// Its name.
        pub name: String,
        /// The secret, wrapped.
        pub wrapped_key: Vec<u8>,
    }
}

statements! {
    EPOCH_COUNTS = "SELECT substr(wrapped_key, 1, CAST(CAST($1 AS BIGINT) AS INTEGER)) AS prefix, COUNT(*) AS number, \
        MIN(created_at) AS oldest_at FROM epoch_keys GROUP BY 1 ORDER BY 1";
    SECRET_COUNTS = "SELECT substr(wrapped_key, 1, CAST(CAST($1 AS BIGINT) AS INTEGER)) AS prefix, COUNT(*) AS number, \
        MIN(created_at) AS oldest_at FROM secrets GROUP BY 1 ORDER BY 1";
    OTHER_EPOCHS = "SELECT tenant_id, epoch, wrapped_key FROM epoch_keys \
        WHERE substr(wrapped_key, 1, CAST(CAST($2 AS BIGINT) AS INTEGER)) <> $1 AND (epoch > $3 OR (epoch = $3 AND tenant_id > $4)) \
        ORDER BY epoch, tenant_id LIMIT $5";
    OTHER_SECRETS = "SELECT name, wrapped_key FROM secrets \
        WHERE substr(wrapped_key, 1, CAST(CAST($2 AS BIGINT) AS INTEGER)) <> $1 ORDER BY name";
    REPLACE_EPOCH = "UPDATE epoch_keys SET wrapped_key = $4 \
        WHERE tenant_id = $1 AND epoch = $2 AND wrapped_key = $3";
    REPLACE_SECRET = "UPDATE secrets SET wrapped_key = $3 WHERE name = $1 AND wrapped_key = $2";
    ROOT_KEY = "SELECT root_key AS value FROM identity WHERE one = 1 AND root_key IS NOT NULL";
    PUT_ROOT_KEY = "UPDATE identity SET root_key = $1 WHERE one = 1";
}

impl Keyring {
    /// The version of the root key that this keyring was last seen with; `None` before the first.
    pub async fn root_key(&self) -> Result<Option<String>, DbError> {
        self.0.read().await?.optional(&ROOT_KEY, binds![]).await
    }

    /// Remembers the version of the root key.
    pub async fn put_root_key(&self, id: &str) -> Result<(), DbError> {
        let mut tx = self.0.write().await?;
        tx.execute(&PUT_ROOT_KEY, binds![id]).await?;
        tx.commit().await
    }

    /// Epoch keys by their first `length` bytes.
    pub async fn count_epoch_keys_by_prefix(&self, length: u64) -> Result<Vec<WrappedCount>, DbError> {
        self.0.read().await?.all(&EPOCH_COUNTS, binds![length]).await
    }

    /// Secrets by their first `length` bytes.
    pub async fn count_secrets_by_prefix(&self, length: u64) -> Result<Vec<WrappedCount>, DbError> {
        self.0.read().await?.all(&SECRET_COUNTS, binds![length]).await
    }

    /// Epoch keys that do not begin with `prefix`, in the order of days and tenants and behind `after`, at most `limit`.
    pub async fn epoch_keys_not_under(
        &self,
        prefix: &[u8],
        after: (Epoch, TenantId),
        limit: u64,
    ) -> Result<Vec<WrappedEpoch>, DbError> {
        let length = prefix.len() as u64;
        self.0.read().await?.all(&OTHER_EPOCHS, binds![prefix, length, after.0, after.1, limit]).await
    }

    /// Secrets that do not begin with `prefix`.
    pub async fn secrets_not_under(&self, prefix: &[u8]) -> Result<Vec<WrappedSecret>, DbError> {
        self.0.read().await?.all(&OTHER_SECRETS, binds![prefix, prefix.len() as u64]).await
    }

    /// Puts `fresh` in the place of what was read. `false`, and nothing is changed, if that is not there any more: a key that was
    /// destroyed meanwhile does not come back.
    pub async fn replace_epoch_key(&self, read: &WrappedEpoch, fresh: &[u8]) -> Result<bool, DbError> {
        let mut tx = self.0.write().await?;
        let row = binds![read.tenant_id, read.epoch, &read.wrapped_key, fresh];
        let replaced = tx.changes(&REPLACE_EPOCH, row).await?;
        tx.commit().await?;
        Ok(replaced)
    }

    /// Puts `fresh` in the place of what was read. `false`, and nothing is changed, if that is not there any more.
    pub async fn replace_secret(&self, read: &WrappedSecret, fresh: &[u8]) -> Result<bool, DbError> {
        let mut tx = self.0.write().await?;
        let replaced = tx.changes(&REPLACE_SECRET, binds![&read.name, &read.wrapped_key, fresh]).await?;
        tx.commit().await?;
        Ok(replaced)
    }
}
