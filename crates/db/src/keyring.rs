//! The keyring: wrapped epoch keys and service secrets, in a database of their own that no backup holds.

mod wrapped;

use sealpost_domain::{Epoch, TenantId, Timestamp};
use uuid::Uuid;
pub use wrapped::{WrappedCount, WrappedEpoch, WrappedSecret};

use crate::{
    error::DbError,
    migrate,
    options::{DbOptions, Engine},
    pool::Pool,
    row::rows,
    sql::{Sql, statements},
    sqlite::Durability,
    value::binds,
};

/// The small store of wrapped keys. Cheap to clone; all clones share their connections.
///
/// Deleting an epoch key shreds all that expires that day, so a deleted one must not survive in the store's
/// own files. On SQLite its bytes are overwritten and the rollback journal is gone, durably, before
/// [`Self::destroy_epoch_keys`] returns. On PostgreSQL the table gets a new file without them, in the same transaction;
/// the server's own log keeps them until its segments are recycled, so it must be neither archived nor replicated to
/// where it is kept.
///
/// That holds for what a key was wrapped to earlier, too: wrapping it anew overwrites the row on SQLite, and leaves a dead
/// one on PostgreSQL, which goes with the file when the next key is destroyed, this one at the latest.
#[derive(Debug, Clone)]
pub struct Keyring(Pool);

rows! {
    /// One epoch of one tenant.
    pub struct TenantEpoch {
        /// Whose.
        pub tenant_id: TenantId,
        /// The expiry day.
        pub epoch: Epoch,
    }
}

statements! {
    EPOCH_KEY = "SELECT wrapped_key AS value FROM epoch_keys WHERE tenant_id = $1 AND epoch = $2";
    PUT_EPOCH_KEY = "INSERT INTO epoch_keys (tenant_id, epoch, wrapped_key, created_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (tenant_id, epoch) DO NOTHING";
    DESTROY = "DELETE FROM epoch_keys WHERE tenant_id = $1 AND epoch = $2";
    EPOCHS_BEFORE = "SELECT tenant_id, epoch FROM epoch_keys WHERE epoch < $1 ORDER BY epoch, tenant_id LIMIT $2";
    OF_TENANT = "SELECT tenant_id, epoch FROM epoch_keys WHERE tenant_id = $1 ORDER BY epoch LIMIT $2";
    TENANTS = "SELECT DISTINCT tenant_id AS value FROM epoch_keys ORDER BY tenant_id";
    ID = "SELECT keyring_id AS value FROM identity WHERE one = 1";
    PUT_ID = "INSERT INTO identity (one, keyring_id) VALUES (1, $1) ON CONFLICT (one) DO NOTHING";
    SECRET = "SELECT wrapped_key AS value FROM secrets WHERE name = $1";
    PUT_SECRET = "INSERT INTO secrets (name, wrapped_key, created_at) VALUES ($1, $2, $3) \
        ON CONFLICT (name) DO NOTHING";
}

/// Gives the table a new file with the live rows only; the transaction's commit removes the old one.
///
/// A plain VACUUM only marks the place of dead rows as free, and a full one copies those that are younger than any
/// transaction still running on the server, in whatever database: they would be left there until the next one.
const REWRITE: [Sql; 3] = [
    Sql::only_postgres("CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT * FROM epoch_keys"),
    Sql::only_postgres("TRUNCATE epoch_keys"),
    Sql::only_postgres("INSERT INTO epoch_keys SELECT * FROM kept"),
];
/// Whoever waits for the whole table keeps everybody waiting who comes after him, so he does not wait for long.
const LOCK: [Sql; 2] = [
    Sql::only_postgres("SET LOCAL lock_timeout = '5s'"),
    Sql::only_postgres("LOCK TABLE epoch_keys IN ACCESS EXCLUSIVE MODE"),
];

impl Keyring {
    /// Connects. SQLite's file is made if it is not there, its directory is not. The schema is
    /// [`Self::migrate`]'s.
    pub async fn open(options: &DbOptions) -> Result<Self, DbError> {
        Ok(Self(Pool::open(options, Durability::NothingLeftBehind).await?))
    }

    /// Brings the schema up to date, as [`Db::migrate`](crate::Db::migrate).
    pub async fn migrate(&self) -> Result<(), DbError> {
        self.0.migrate(&migrate::KEYRING).await
    }

    /// Which keyring this is; `None` while it belongs to no database.
    pub async fn id(&self) -> Result<Option<Uuid>, DbError> {
        self.0.read().await?.optional(&ID, binds![]).await
    }

    /// Gives the keyring an id unless it has one, and gives the one that it has afterwards.
    pub async fn put_id_if_absent(&self, id: Uuid) -> Result<Uuid, DbError> {
        let mut tx = self.0.write().await?;
        let won = tx.changes(&PUT_ID, binds![id]).await?;
        let stored = if won { id } else { tx.one(&ID, binds![]).await? };
        tx.commit().await?;
        Ok(stored)
    }

    /// The wrapped key of a tenant's expiry day; `None` if none was made yet or it was destroyed.
    pub async fn epoch_key(&self, tenant: TenantId, epoch: Epoch) -> Result<Option<Vec<u8>>, DbError> {
        self.0.read().await?.optional(&EPOCH_KEY, binds![tenant, epoch]).await
    }

    /// Stores a wrapped key for a day that has none, and gives the one that is stored afterwards: of several
    /// callers one wins, and all go on with his.
    pub async fn put_epoch_key_if_absent(
        &self,
        tenant: TenantId,
        epoch: Epoch,
        wrapped: &[u8],
        now: Timestamp,
    ) -> Result<Vec<u8>, DbError> {
        let mut tx = self.0.write().await?;
        let won = tx.changes(&PUT_EPOCH_KEY, binds![tenant, epoch, wrapped, now]).await?;
        let stored = if won { wrapped.to_vec() } else { tx.one(&EPOCH_KEY, binds![tenant, epoch]).await? };
        tx.commit().await?;
        Ok(stored)
    }

    /// Destroys keys, all or none of them, and says how many there were.
    ///
    /// # Errors
    /// [`DbError::Busy`] if somebody else has held the table for more than 5 seconds; all keys are still there then.
    pub async fn destroy_epoch_keys(&self, days: &[TenantEpoch]) -> Result<u64, DbError> {
        // As almost always when days are looked for that are over: nobody shall wait for the whole table then.
        if days.is_empty() {
            return Ok(0);
        }
        let mut tx = self.0.write().await?;
        let rewrites = self.engine() == Engine::Postgres;
        if rewrites {
            for sql in &LOCK {
                tx.execute(sql, &[]).await?;
            }
        }
        let mut destroyed = 0;
        for day in days {
            destroyed += tx.execute(&DESTROY, binds![day.tenant_id, day.epoch]).await?;
        }
        if rewrites && destroyed > 0 {
            for sql in &REWRITE {
                tx.execute(sql, &[]).await?;
            }
        }
        tx.commit().await?;
        Ok(destroyed)
    }

    /// The days before `day` that still have a key, of all tenants, earliest first, at most `limit`.
    pub async fn epochs_before(&self, day: Epoch, limit: u64) -> Result<Vec<TenantEpoch>, DbError> {
        self.0.read().await?.all(&EPOCHS_BEFORE, binds![day, limit]).await
    }

    /// The days of a tenant that have a key, earliest first, at most `limit`.
    pub async fn epochs_of_tenant(&self, tenant: TenantId, limit: u64) -> Result<Vec<TenantEpoch>, DbError> {
        self.0.read().await?.all(&OF_TENANT, binds![tenant, limit]).await
    }

    /// The tenants that have a key of any day.
    pub async fn tenants(&self) -> Result<Vec<TenantId>, DbError> {
        self.0.read().await?.all(&TENANTS, &[]).await
    }

    /// A wrapped service secret.
    pub async fn secret(&self, name: &str) -> Result<Option<Vec<u8>>, DbError> {
        self.0.read().await?.optional(&SECRET, binds![name]).await
    }

    /// Stores a wrapped service secret unless there is one, and gives the one that is stored afterwards.
    pub async fn put_secret_if_absent(
        &self,
        name: &str,
        wrapped: &[u8],
        now: Timestamp,
    ) -> Result<Vec<u8>, DbError> {
        let mut tx = self.0.write().await?;
        let won = tx.changes(&PUT_SECRET, binds![name, wrapped, now]).await?;
        let stored = if won { wrapped.to_vec() } else { tx.one(&SECRET, binds![name]).await? };
        tx.commit().await?;
        Ok(stored)
    }

    /// The engine.
    pub const fn engine(&self) -> Engine {
        self.0.engine()
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.0.ping().await
    }

    /// Prepares every statement against this database and says how many there are.
    pub async fn check_statements(&self) -> Result<usize, DbError> {
        self.0.check(STATEMENTS.iter().chain(wrapped::STATEMENTS)).await
    }

    /// Closes all connections that are not lent.
    pub async fn close(&self) -> Result<(), DbError> {
        self.0.close().await
    }
}
