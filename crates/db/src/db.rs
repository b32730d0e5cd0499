//! The main database.

use std::sync::Arc;

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    migrate::{self, SchemaError},
    options::{DbOptions, Engine},
    pool::Pool,
    queries,
    sql::statements,
    sqlite::Durability,
    waits::{Connections, Waits},
};

statements! {
    NEEDS = "SELECT needs AS value FROM sealpost_migrations_needs ORDER BY needs DESC LIMIT 1";
}

/// The main database, on either engine. Cheap to clone; all clones share their connections.
#[derive(Debug, Clone)]
pub struct Db(Pool, Arc<Waits>);

impl Db {
    /// Connects. SQLite's file is made if it is not there, its directory is not. The schema is
    /// [`Self::migrate`]'s.
    pub async fn open(options: &DbOptions) -> Result<Self, DbError> {
        Ok(Self(Pool::open(options, Durability::WriteAheadLog).await?, Arc::default()))
    }

    /// Brings the schema up to date, under a lock, all steps or none. Refuses a schema whose steps were edited, and one
    /// of a later release that has taken away what this binary needs; with what a later release has added it works.
    pub async fn migrate(&self) -> Result<(), DbError> {
        self.0.migrate(&migrate::MAIN).await
    }

    /// A connection to read on.
    pub async fn read(&self) -> Result<Conn, DbError> {
        self.1.timed(self.0.read()).await
    }

    /// A transaction to write in. On SQLite it waits for the one before it; on PostgreSQL it is READ
    /// COMMITTED, and rows whose reading decides about a write are read by the queries that say that they
    /// lock.
    pub async fn write(&self) -> Result<Tx, DbError> {
        self.1.timed(self.0.write()).await
    }

    /// How its connections stand.
    pub fn connections(&self) -> Connections {
        self.1.beside(self.0.open_connections())
    }

    /// The engine.
    pub const fn engine(&self) -> Engine {
        self.0.engine()
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.0.ping().await
    }

    /// Whether the database answers, and no later release has taken away what this binary needs since it began.
    pub async fn serves(&self) -> Result<(), DbError> {
        let mut conn = self.read().await?;
        let needs: Option<i64> = conn.optional(&NEEDS, &[]).await?;
        match needs.filter(|needs| *needs > migrate::MAIN.newest()) {
            Some(needs) => {
                let newest = migrate::MAIN.newest();
                Err(DbError::Unavailable(SchemaError::Newer { number: needs, needs, newest }.into()))
            }
            None => Ok(()),
        }
    }

    /// Prepares every statement against this database and says how many there are: what the compiler cannot
    /// check.
    pub async fn check_statements(&self) -> Result<usize, DbError> {
        self.0.check(queries::statements().chain(STATEMENTS)).await
    }

    /// Closes all connections that are not lent.
    pub async fn close(&self) -> Result<(), DbError> {
        self.0.close().await
    }
}
