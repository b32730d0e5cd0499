//! A connection to read on, and a transaction to write in.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::Arc,
};

use sqlx::{PgConnection, Postgres, SqliteConnection, Transaction, pool::PoolConnection};

use crate::{
    error::DbError,
    options::Engine,
    row::{FromColumns, Whole},
    sql::Sql,
    sqlite::{Heads, Reader, Writer},
    value::{Value, postgres_arguments, sqlite_arguments},
};

/// A connection to read on, from [`Db::read`](crate::Db::read). Every statement sees what was committed
/// before it.
pub struct Conn {
    inner: Inner,
    /// Whether a statement has failed.
    failed: bool,
    statements: u64,
    /// That of the transaction, which ends with it.
    _span: tracing::Span,
}

enum Inner {
    PostgresReader(PoolConnection<Postgres>),
    PostgresWriter(Transaction<'static, Postgres>),
    SqliteReader(Reader),
    SqliteWriter(Writer),
}

/// A transaction, from [`Db::write`](crate::Db::write). It derefs to [`Conn`], so it reads too, and sees its
/// own changes. Nothing lasts unless [`Self::commit`] has returned `Ok`; dropping it undoes everything.
///
/// On SQLite it is the only writer, so keep it short: no encryption, no other store, no network while it is
/// open. A transaction in which a query has failed can only be dropped.
#[must_use = "a transaction that is not committed does nothing"]
#[derive(Debug)]
pub struct Tx(Conn);

enum Raw<'c> {
    Postgres(&'c mut PgConnection),
    Sqlite(&'c mut SqliteConnection),
}

/// Runs the same lines on either engine.
macro_rules! on {
    ($conn:expr, $sql:expr, $values:expr, |$c:ident, $text:ident, $arguments:ident| $body:expr) => {
        match $conn.raw()? {
            Raw::Postgres($c) => {
                let ($text, $arguments) = ($sql.postgres, postgres_arguments($values)?);
                $body
            }
            Raw::Sqlite($c) => {
                let ($text, $arguments) = ($sql.sqlite, sqlite_arguments($values)?);
                $body
            }
        }
    };
}

impl Conn {
    fn new(inner: Inner, span: tracing::Span) -> Self {
        Self { inner, failed: false, statements: 0, _span: span }
    }

    pub(crate) fn postgres(connection: PoolConnection<Postgres>) -> Self {
        Self::new(Inner::PostgresReader(connection), tracing::Span::none())
    }

    pub(crate) fn sqlite(reader: Reader) -> Self {
        Self::new(Inner::SqliteReader(reader), tracing::Span::none())
    }

    /// The engine.
    pub const fn engine(&self) -> Engine {
        match self.inner {
            Inner::PostgresReader(_) | Inner::PostgresWriter(_) => Engine::Postgres,
            Inner::SqliteReader(_) | Inner::SqliteWriter(_) => Engine::Sqlite,
        }
    }

    /// How many statements it has run.
    pub const fn statements(&self) -> u64 {
        self.statements
    }

    /// What this process remembers of the logs' heads; on SQLite, in a transaction.
    pub(crate) fn heads(&self) -> Option<Arc<Heads>> {
        match &self.inner {
            Inner::SqliteWriter(writer) => Some(Arc::clone(&writer.heads)),
            _ => None,
        }
    }

    fn raw(&mut self) -> Result<Raw<'_>, DbError> {
        self.statements += 1;
        Ok(match &mut self.inner {
            Inner::PostgresReader(connection) => Raw::Postgres(connection),
            Inner::PostgresWriter(transaction) => Raw::Postgres(transaction),
            Inner::SqliteReader(reader) => Raw::Sqlite(reader.connection()?),
            Inner::SqliteWriter(writer) => Raw::Sqlite(writer.connection()?),
        })
    }

    /// Prepares a statement without running it.
    pub(crate) async fn prepare(&mut self, sql: &Sql) -> Result<(), DbError> {
        use sqlx::{Executor, SqlSafeStr};
        match self.raw()? {
            Raw::Postgres(connection) => drop(connection.prepare(sql.postgres.into_sql_str()).await?),
            Raw::Sqlite(connection) => drop(connection.prepare(sql.sqlite.into_sql_str()).await?),
        }
        Ok(())
    }

    /// Runs a statement and says how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: &Sql, values: &[Value<'_>]) -> Result<u64, DbError> {
        let changed = on!(self, sql, values, |connection, text, arguments| {
            sqlx::query_with(text, arguments).execute(connection).await.map(|done| done.rows_affected())
        });
        changed.map_err(|error| self.fail(error))
    }

    /// Runs a statement that changes one row or none, and says whether it did.
    pub(crate) async fn changes(&mut self, sql: &Sql, values: &[Value<'_>]) -> Result<bool, DbError> {
        Ok(self.execute(sql, values).await? > 0)
    }

    /// The first row, if there is one.
    pub(crate) async fn optional<T>(&mut self, sql: &Sql, values: &[Value<'_>]) -> Result<Option<T>, DbError>
    where
        T: FromColumns + Send + Unpin,
    {
        let row = on!(self, sql, values, |connection, text, arguments| {
            sqlx::query_as_with::<_, Whole<T>, _>(text, arguments).fetch_optional(connection).await
        });
        Ok(row.map_err(|error| self.fail(error))?.map(|Whole(row)| row))
    }

    /// The one row that a statement always gives.
    pub(crate) async fn one<T>(&mut self, sql: &Sql, values: &[Value<'_>]) -> Result<T, DbError>
    where
        T: FromColumns + Send + Unpin,
    {
        self.optional(sql, values).await?.ok_or_else(|| sqlx::Error::RowNotFound.into())
    }

    /// All rows.
    pub(crate) async fn all<T>(&mut self, sql: &Sql, values: &[Value<'_>]) -> Result<Vec<T>, DbError>
    where
        T: FromColumns + Send + Unpin,
    {
        let rows = on!(self, sql, values, |connection, text, arguments| {
            sqlx::query_as_with::<_, Whole<T>, _>(text, arguments).fetch_all(connection).await
        });
        Ok(rows.map_err(|error| self.fail(error))?.into_iter().map(|Whole(row)| row).collect())
    }

    /// All rows, by a plan that is made for these values each time. PostgreSQL else makes one for all values after some calls
    /// on a connection, and guesses then that a span whose ends it does not see is a small one: it reads a million rows by
    /// their ids where an index leads to none.
    pub(crate) async fn all_by_value<T>(&mut self, sql: &Sql, values: &[Value<'_>]) -> Result<Vec<T>, DbError>
    where
        T: FromColumns + Send + Unpin,
    {
        let rows = on!(self, sql, values, |connection, text, arguments| {
            let query = sqlx::query_as_with::<_, Whole<T>, _>(text, arguments).persistent(false);
            query.fetch_all(connection).await
        });
        Ok(rows.map_err(|error| self.fail(error))?.into_iter().map(|Whole(row)| row).collect())
    }

    fn fail(&mut self, error: sqlx::Error) -> DbError {
        self.failed = true;
        error.into()
    }
}

impl fmt::Debug for Conn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Conn").field(&self.engine()).finish()
    }
}

impl Tx {
    pub(crate) fn postgres(transaction: Transaction<'static, Postgres>) -> Self {
        Self(Conn::new(Inner::PostgresWriter(transaction), tracing::debug_span!("transaction")))
    }

    pub(crate) fn sqlite(writer: Writer) -> Self {
        Self(Conn::new(Inner::SqliteWriter(writer), tracing::debug_span!("transaction")))
    }

    /// Makes everything last. After `Ok` it is on disk; after an error it is undone, except that a connection
    /// lost on the way ([`DbError::Unavailable`]) leaves open which of the two happened.
    ///
    /// Refused once a statement has failed: PostgreSQL would answer such a COMMIT by undoing everything, and
    /// say so in a way that looks like success.
    pub async fn commit(self) -> Result<(), DbError> {
        if self.0.failed {
            return Err(DbError::Other("a statement of the transaction had failed".into()));
        }
        match self.0.inner {
            Inner::PostgresWriter(transaction) => Ok(transaction.commit().await?),
            Inner::SqliteWriter(writer) => writer.commit().await,
            Inner::PostgresReader(_) | Inner::SqliteReader(_) => Ok(()),
        }
    }

    /// Undoes everything now. Dropping does the same a little later.
    pub async fn rollback(self) -> Result<(), DbError> {
        match self.0.inner {
            Inner::PostgresWriter(transaction) => Ok(transaction.rollback().await?),
            Inner::SqliteWriter(writer) => writer.rollback().await,
            Inner::PostgresReader(_) | Inner::SqliteReader(_) => Ok(()),
        }
    }
}

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}
