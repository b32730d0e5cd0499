//! The connections to a database of either engine: what [`Db`](crate::Db) and [`Keyring`](crate::Keyring)
//! share.

use std::time::Duration;

use sqlx::{Connection, PgPool, postgres::PgPoolOptions};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    migrate::{self, Schema},
    options::{DbOptions, Engine, Place},
    sql::Sql,
    sqlite::{Durability, SqlitePool},
    waits::Connections,
};

#[derive(Debug, Clone)]
pub(crate) enum Pool {
    Postgres(PgPool),
    Sqlite(SqlitePool),
}

/// A connection that has lain idle this long is tried before it is lent: firewalls forget it.
const TRUSTED_IDLE: Duration = Duration::from_secs(20);
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// A node that stands still, or is cut off, in the middle of a transaction would keep its locks for as long as the system
/// believes in its connection, which is hours: PostgreSQL ends a transaction in which nothing is asked for so long, and who
/// waits for a lock waits longer than that, and not for ever. Local to the transaction, for the sake of PgBouncer.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; \
    SET LOCAL idle_in_transaction_session_timeout = '15s'; SET LOCAL lock_timeout = '30s'";

const PING: Sql = Sql { postgres: "SELECT 1", sqlite: "SELECT 1" };

impl Pool {
    pub(crate) async fn open(options: &DbOptions, durability: Durability) -> Result<Self, DbError> {
        Ok(match &options.place {
            Place::Postgres(place) => {
                Self::Postgres(pool_options(options).connect_with((**place).clone()).await?)
            }
            Place::Sqlite(path) => {
                Self::Sqlite(SqlitePool::open(path, options.connections, durability).await?)
            }
        })
    }

    pub(crate) async fn migrate(&self, schema: &Schema) -> Result<(), DbError> {
        match self {
            Self::Postgres(pool) => migrate::postgres(&mut *pool.acquire().await?, schema).await,
            Self::Sqlite(pool) => {
                let mut slot = pool.exclusive().await?;
                migrate::sqlite(slot.as_mut().ok_or(sqlx::Error::PoolClosed)?, schema).await
            }
        }
    }

    pub(crate) async fn read(&self) -> Result<Conn, DbError> {
        Ok(match self {
            Self::Postgres(pool) => Conn::postgres(pool.acquire().await?),
            Self::Sqlite(pool) => Conn::sqlite(pool.read().await?),
        })
    }

    pub(crate) async fn write(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Self::Postgres(pool) => Tx::postgres(pool.begin_with(BEGIN).await?),
            Self::Sqlite(pool) => Tx::sqlite(pool.write().await?),
        })
    }

    /// Those that are open.
    pub(crate) fn open_connections(&self) -> Connections {
        match self {
            Self::Postgres(pool) => {
                let (open, idle) = (u64::from(pool.size()), pool.num_idle() as u64);
                let most = u64::from(pool.options().get_max_connections());
                Connections { in_use: open.saturating_sub(idle), idle, most, ..Connections::default() }
            }
            Self::Sqlite(pool) => pool.open_connections(),
        }
    }

    pub(crate) const fn engine(&self) -> Engine {
        match self {
            Self::Postgres(_) => Engine::Postgres,
            Self::Sqlite(_) => Engine::Sqlite,
        }
    }

    pub(crate) async fn ping(&self) -> Result<(), DbError> {
        self.read().await?.execute(&PING, &[]).await.map(drop)
    }

    /// Prepares every statement and says how many there are.
    pub(crate) async fn check(
        &self,
        statements: impl Iterator<Item = &'static (&'static str, Sql)>,
    ) -> Result<usize, DbError> {
        let mut conn = self.read().await?;
        let mut count = 0;
        for (name, sql) in statements {
            conn.prepare(sql).await.map_err(|error| DbError::Other(format!("{name}: {error:?}").into()))?;
            count += 1;
        }
        Ok(count)
    }

    pub(crate) async fn close(&self) -> Result<(), DbError> {
        match self {
            Self::Postgres(pool) => pool.close().await,
            Self::Sqlite(pool) => pool.close().await?,
        }
        Ok(())
    }
}

/// Trying a connection each time it is lent would cost every request a round trip; one that broke while it
/// was trusted fails one request and is dropped.
fn pool_options(options: &DbOptions) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(options.connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, lent| {
            Box::pin(async move { Ok(lent.idle_for < TRUSTED_IDLE || connection.ping().await.is_ok()) })
        })
}
