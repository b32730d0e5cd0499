//! What can go wrong between us and a database.

use std::error::Error as StdError;

type Source = Box<dyn StdError + Send + Sync>;

/// Why a query did not do its work.
///
/// The text is for the log: it may name tables and files, and never has values of rows in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DbError {
    /// A row with this key is there already.
    #[error("the row exists already")]
    AlreadyExists(#[source] Source),
    /// Another transaction was in the way and nothing was done: the whole transaction may be tried again.
    #[error("another transaction was in the way")]
    Busy(#[source] Source),
    /// A column holds what it cannot hold, or a value does not fit into one.
    #[error("a value does not fit its column")]
    Corrupt(#[source] Source),
    /// The database's disk is full.
    #[error("the database has no room left")]
    Full(#[source] Source),
    /// The schema could not be brought up to date.
    #[error("the schema could not be brought up to date")]
    Migrate(#[source] Source),
    /// A row that was named does not exist (any more), or is still named by another.
    #[error("a row that was named does not exist")]
    MissingReference(#[source] Source),
    /// Anything else: a mistake of ours.
    #[error("the query failed")]
    Other(#[source] Source),
    /// The database cannot be reached or is shutting down.
    #[error("the database cannot be reached")]
    Unavailable(#[source] Source),
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        let make = match &error {
            E::ColumnDecode { .. } | E::Decode(_) | E::Encode(_) => Self::Corrupt,
            E::Database(inner) => classify(inner.as_ref()),
            // A connection that somebody in between closes as it is made breaks the protocol.
            E::Io(_) | E::PoolClosed | E::PoolTimedOut | E::Protocol(_) | E::Tls(_) | E::WorkerCrashed => {
                Self::Unavailable
            }
            _ => Self::Other,
        };
        make(Box::new(error))
    }
}

impl From<sqlx::migrate::MigrateError> for DbError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Migrate(Box::new(error))
    }
}

/// SQLite's result codes (sqlite.org/rescode.html) are numbers, PostgreSQL's (appendix A) five characters.
fn classify(error: &dyn sqlx::error::DatabaseError) -> fn(Source) -> DbError {
    if error.is_unique_violation() {
        return DbError::AlreadyExists;
    }
    if error.is_foreign_key_violation() {
        return DbError::MissingReference;
    }
    let code = error.code().unwrap_or_default();
    if let (Ok(number), true) = (code.parse::<u32>(), code.len() < 5) {
        return match number & 0xff {
            5 | 6 => DbError::Busy,          // SQLITE_BUSY, SQLITE_LOCKED
            10 | 14 => DbError::Unavailable, // SQLITE_IOERR, SQLITE_CANTOPEN
            11 | 26 => DbError::Corrupt,     // SQLITE_CORRUPT, SQLITE_NOTADB
            13 => DbError::Full,             // SQLITE_FULL
            _ => DbError::Other,
        };
    }
    match code.as_ref() {
        "40001" | "40P01" | "55P03" => DbError::Busy, // serialization_failure, deadlock_detected, lock_not_available
        "53100" => DbError::Full,                     // disk_full
        // connection exceptions, too many connections, shutdown, wrong password, no such database, one that is closed
        code if ["08", "53", "57P", "28", "3D", "55000"].iter().any(|class| code.starts_with(class)) => {
            DbError::Unavailable
        }
        _ => DbError::Other,
    }
}
