//! The main database.

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    migrate,
    options::{DbOptions, Engine},
    pool::Pool,
    queries,
    sqlite::Durability,
};

/// The main database, on either engine. Cheap to clone; all clones share their connections.
#[derive(Debug, Clone)]
pub struct Db(Pool);

impl Db {
    /// Connects. SQLite's file is made if it is not there, its directory is not. The schema is
    /// [`Self::migrate`]'s.
    pub async fn open(options: &DbOptions) -> Result<Self, DbError> {
        Ok(Self(Pool::open(options, Durability::WriteAheadLog).await?))
    }

    /// Brings the schema up to date, under a lock, all steps or none. Refuses a schema that is newer than
    /// this binary or whose steps were edited.
    pub async fn migrate(&self) -> Result<(), DbError> {
        self.0.migrate(&migrate::MAIN).await
    }

    /// A connection to read on.
    pub async fn read(&self) -> Result<Conn, DbError> {
        self.0.read().await
    }

    /// A transaction to write in. On SQLite it waits for the one before it; on PostgreSQL it is READ
    /// COMMITTED, and rows whose reading decides about a write are read by the queries that say that they
    /// lock.
    pub async fn write(&self) -> Result<Tx, DbError> {
        self.0.write().await
    }

    /// The engine.
    pub const fn engine(&self) -> Engine {
        self.0.engine()
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.0.ping().await
    }

    /// Prepares every statement against this database and says how many there are: what the compiler cannot
    /// check.
    pub async fn check_statements(&self) -> Result<usize, DbError> {
        self.0.check(queries::statements()).await
    }

    /// Closes all connections that are not lent.
    pub async fn close(&self) -> Result<(), DbError> {
        self.0.close().await
    }
}
