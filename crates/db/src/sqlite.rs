//! SQLite's connections: one that writes, a few that read.
//!
//! Not sqlx's pool, which pings a connection when it is lent and again when it comes back: on SQLite each of
//! these is a hop to the connection's thread and back, and the next writer would wait for it.

use std::{
    collections::HashMap,
    fmt, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::{
    runtime::Handle,
    sync::{Mutex as AsyncMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use sealpost_domain::TenantId;

use crate::{error::DbError, queries::audit::ChainPoint, sql::CACHED_STATEMENTS, waits::Connections};

/// How long a writer of this process waits for its turn, and a connection for another process's lock.
const PATIENCE: Duration = Duration::from_secs(30);
/// A write-ahead log that a burst has made longer than this many bytes is cut back at the next checkpoint.
const LOG_BYTES: &str = "67108864";

/// What a database's files must be good for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Durability {
    /// The keyring: what was deleted is in no file of the database any more. The rollback journal holds the
    /// pages as they were; EXTRA syncs the directory after it was removed, or a power cut could bring it, and
    /// the keys, back.
    NothingLeftBehind,
    /// The main database: readers never wait for the writer, a commit is one sync.
    WriteAheadLog,
}

impl Durability {
    fn apply(self, options: SqliteConnectOptions) -> SqliteConnectOptions {
        match self {
            Self::NothingLeftBehind => {
                options.journal_mode(SqliteJournalMode::Delete).synchronous(SqliteSynchronous::Extra)
            }
            Self::WriteAheadLog => options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .pragma("journal_size_limit", LOG_BYTES)
                .optimize_on_close(true, None),
        }
    }
}

type Slot = Option<SqliteConnection>;

/// The connections to one file.
#[derive(Clone)]
pub(crate) struct SqlitePool {
    options: Arc<SqliteConnectOptions>,
    writer: Arc<AsyncMutex<Slot>>,
    readers: Arc<Readers>,
    heads: Arc<Heads>,
}

/// How far each tenant's log went when this process last looked: a guess. SQLite has no SHA-256, so a writer computes the
/// next entry from the guess, and the statement that appends it does nothing if that is wrong.
#[derive(Debug, Default)]
pub(crate) struct Heads(Mutex<HashMap<TenantId, ChainPoint>>);

/// Guesses that are kept: those of more tenants than write in turns.
const MOST_HEADS: usize = 1_024;

impl Heads {
    pub(crate) fn get(&self, tenant: TenantId) -> Option<ChainPoint> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&tenant).cloned()
    }

    pub(crate) fn put(&self, tenant: TenantId, head: ChainPoint) {
        let mut heads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if heads.len() >= MOST_HEADS {
            heads.clear();
        }
        heads.insert(tenant, head);
    }
}

struct Readers {
    idle: Mutex<Vec<SqliteConnection>>,
    permits: Arc<Semaphore>,
    most: usize,
}

impl SqlitePool {
    /// Opens the file, making it if it is not there.
    pub(crate) async fn open(path: &Path, readers: u32, durability: Durability) -> Result<Self, DbError> {
        create_private(path).await.map_err(sqlx::Error::Io)?;
        let options = durability.apply(base_options(path));
        let pool = Self {
            options: Arc::new(options),
            writer: Arc::default(),
            heads: Arc::default(),
            readers: Arc::new(Readers {
                idle: Mutex::default(),
                permits: Arc::new(Semaphore::new(readers as usize)),
                most: readers as usize,
            }),
        };
        *pool.writer.lock().await = Some(connect(&pool.options).await?);
        Ok(pool)
    }

    /// The writer, in a transaction that has the file's only write lock.
    pub(crate) async fn write(&self) -> Result<Writer, DbError> {
        let guard = timeout(PATIENCE, Arc::clone(&self.writer).lock_owned()).await.map_err(|_| waited())?;
        // From here on a drop rolls back, also one between sending BEGIN and hearing of it.
        let mut writer = Writer { guard: Some(guard), open: true, heads: Arc::clone(&self.heads) };
        if writer.slot().is_none() {
            *writer.slot() = Some(connect(&self.options).await?);
        }
        sqlx::query("BEGIN IMMEDIATE").execute(writer.connection()?).await?;
        Ok(writer)
    }

    /// A reader; it sees what was committed when each of its statements began.
    pub(crate) async fn read(&self) -> Result<Reader, DbError> {
        let permit = timeout(PATIENCE, Arc::clone(&self.readers.permits).acquire_owned())
            .await
            .map_err(|_| waited())?
            .map_err(|_| sqlx::Error::PoolClosed)?;
        let idle = self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connect(&reader_options(&self.options)).await?,
        };
        Ok(Reader { connection: Some(connection), readers: Arc::clone(&self.readers), _permit: permit })
    }

    /// Those that are open; the writer is one of them.
    pub(crate) fn open_connections(&self) -> Connections {
        let writing = usize::from(self.writer.try_lock().is_err());
        let reading = self.readers.most.saturating_sub(self.readers.permits.available_permits());
        let idle = self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).len();
        Connections {
            in_use: (reading + writing) as u64,
            idle: (idle + 1 - writing) as u64,
            most: self.readers.most as u64 + 1,
            ..Connections::default()
        }
    }

    /// The writer's connection outside a transaction: for migrations.
    pub(crate) async fn exclusive(&self) -> Result<OwnedMutexGuard<Slot>, DbError> {
        let mut guard = Arc::clone(&self.writer).lock_owned().await;
        if guard.is_none() {
            *guard = Some(connect(&self.options).await?);
        }
        Ok(guard)
    }

    /// Closes what is open, the writer last: the last one to close folds the write-ahead log into the file.
    pub(crate) async fn close(&self) -> Result<(), DbError> {
        let idle = std::mem::take(&mut *self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for connection in idle {
            connection.close().await?;
        }
        if let Some(connection) = self.writer.lock().await.take() {
            connection.close().await?;
        }
        Ok(())
    }
}

impl fmt::Debug for SqlitePool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sqlite:{}", self.options.get_filename().display())
    }
}

/// A lent reader.
pub(crate) struct Reader {
    connection: Slot,
    readers: Arc<Readers>,
    _permit: OwnedSemaphorePermit,
}

impl Reader {
    pub(crate) fn connection(&mut self) -> Result<&mut SqliteConnection, DbError> {
        self.connection.as_mut().ok_or_else(|| sqlx::Error::PoolClosed.into())
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}

/// The lent writer. Dropped without a commit, it rolls back.
pub(crate) struct Writer {
    guard: Option<OwnedMutexGuard<Slot>>,
    open: bool,
    pub(crate) heads: Arc<Heads>,
}

impl Writer {
    fn slot(&mut self) -> &mut Slot {
        self.guard.as_mut().expect("the guard leaves only in drop")
    }

    pub(crate) fn connection(&mut self) -> Result<&mut SqliteConnection, DbError> {
        self.slot().as_mut().ok_or_else(|| sqlx::Error::PoolClosed.into())
    }

    pub(crate) async fn commit(mut self) -> Result<(), DbError> {
        sqlx::query("COMMIT").execute(self.connection()?).await?;
        self.open = false;
        Ok(())
    }

    pub(crate) async fn rollback(mut self) -> Result<(), DbError> {
        sqlx::query("ROLLBACK").execute(self.connection()?).await?;
        self.open = false;
        Ok(())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let Some(mut guard) = self.guard.take().filter(|_| self.open) else {
            return;
        };
        // Whoever writes next waits for the guard, and so for the rollback. The connection goes back only
        // after it: if there is nothing to roll back (BEGIN never arrived, COMMIT did) or no runtime to do
        // it, it is closed, which ends any transaction, and the next writer opens another.
        let Some(mut connection) = guard.take() else {
            return;
        };
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                if sqlx::query("ROLLBACK").execute(&mut connection).await.is_ok() {
                    *guard = Some(connection);
                }
            });
        }
    }
}

fn base_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .statement_cache_capacity(CACHED_STATEMENTS)
        // What is deleted is overwritten with zeros.
        .pragma("secure_delete", "ON")
        .pragma("temp_store", "MEMORY")
        .pragma("trusted_schema", "OFF")
        .disable_statement_logging()
}

/// Whoever only reads cannot write by mistake, and leaves the statistics to the writer.
fn reader_options(writer: &SqliteConnectOptions) -> SqliteConnectOptions {
    writer.clone().pragma("query_only", "ON").optimize_on_close(false, None)
}

/// Opens a connection. Setting the journal mode needs a lock that SQLite does not wait for, so this does.
async fn connect(options: &SqliteConnectOptions) -> Result<SqliteConnection, DbError> {
    let mut pause = Duration::from_millis(5);
    loop {
        match options.connect().await.map_err(DbError::from) {
            Err(DbError::Busy(_)) if pause < Duration::from_secs(5) => {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            result => return result,
        }
    }
}

/// Makes the file readable by its owner alone; SQLite gives its logs the same mode.
async fn create_private(path: &Path) -> io::Result<()> {
    let path = PathBuf::from(path);
    let create = move || {
        let mut options = std::fs::OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map(drop)
    };
    tokio::task::spawn_blocking(create).await.map_err(io::Error::other)?
}

fn waited() -> DbError {
    sqlx::Error::PoolTimedOut.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Db, DbOptions, queries};

    async fn pragma(connection: &mut SqliteConnection, name: &str) -> String {
        let sql = sqlx::AssertSqlSafe(format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}"));
        sqlx::query_scalar(sql).fetch_one(connection).await.unwrap()
    }

    #[tokio::test]
    async fn every_connection_is_durable_checks_references_and_overwrites_what_it_deletes() {
        let dir = tempfile::tempdir().unwrap();
        for (durability, journal, synchronous) in
            [(Durability::WriteAheadLog, "wal", "2"), (Durability::NothingLeftBehind, "delete", "3")]
        {
            let pool = SqlitePool::open(&dir.path().join(journal), 2, durability).await.unwrap();
            let (mut writer, mut reader) = (pool.exclusive().await.unwrap(), pool.read().await.unwrap());
            for connection in [writer.as_mut().unwrap(), reader.connection().unwrap()] {
                assert_eq!(pragma(connection, "journal_mode").await, journal);
                assert_eq!(pragma(connection, "synchronous").await, synchronous);
                assert_eq!(pragma(connection, "foreign_keys").await, "1");
                assert_eq!(pragma(connection, "secure_delete").await, "1");
            }
            assert_eq!(pragma(reader.connection().unwrap(), "query_only").await, "1");
        }
    }

    #[tokio::test]
    async fn a_full_disk_is_an_error_of_its_own_and_leaves_the_database_usable() {
        let dir = tempfile::tempdir().unwrap();
        let pool = SqlitePool::open(&dir.path().join("db"), 1, Durability::WriteAheadLog).await.unwrap();
        let fill = async |bytes: i64| {
            let mut writer = pool.write().await?;
            let sql = "INSERT INTO t (b) VALUES (zeroblob($1))";
            sqlx::query(sql).bind(bytes).execute(writer.connection()?).await?;
            writer.commit().await
        };
        for sql in ["CREATE TABLE t (b BLOB)", "PRAGMA max_page_count = 20"] {
            sqlx::query(sql).execute(pool.exclusive().await.unwrap().as_mut().unwrap()).await.unwrap();
        }
        assert!(matches!(fill(1 << 20).await, Err(DbError::Full(_))));
        fill(10).await.unwrap();
    }

    /// A statement that reads a whole table is fast in every test and slow in every year.
    #[tokio::test]
    async fn no_statement_reads_a_whole_table_that_grows() {
        let fine = [
            "SCAN tenants USING INDEX sqlite_autoindex_tenants_2", // all of them, for the operator
            "SCAN jobs USING INDEX jobs_due", // a count for the operator, and the first one
            "SCAN audit_checkpoints USING INDEX audit_checkpoints_to_export", // those of the last minute
            "SCAN tenants USING INDEX sqlite_autoindex_tenants_1", // those that were terminated, every hour
            "SCAN tenant_removals USING INDEX tenant_removals_to_do", // those that are not finished
            "SCAN jobs", // the proof of a purge looks for whatever names it; the queue is short
            "SCAN f",    // where logs are sent on to: a few for each tenant that does it
            "SCAN h",    // one row a tenant: whose log has grown
            "SCAN e VIRTUAL TABLE INDEX 1:", // the entries that come as a parameter
            "SCAN r",    // one row for each of the clock's jobs
            "SCAN transfers USING INDEX transfers_being_purged", // holds only what is being purged
            "SCAN tenants USING COVERING INDEX sqlite_autoindex_tenants_3", // their containers, at the start
            "SCAN replication_targets", // the stores that have copies: one or two
            "SCAN replication_changes", // what has changed within the last seconds
            "SCAN t",    // the same
            "SCAN c",    // the same
            "SCAN audit_heads", // one row a tenant: how many entries there are
        ];
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("db");
        let db = Db::open(&DbOptions::sqlite(&path)).await.unwrap();
        db.migrate().await.unwrap();
        let mut connection = connect(&base_options(&path)).await.unwrap();
        let mut found = Vec::new();
        for (name, sql) in queries::statements() {
            let plan = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", sql.sqlite));
            let lines: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(plan).fetch_all(&mut connection).await.unwrap();
            for (.., line) in lines {
                let scans = line.starts_with("SCAN ");
                let own =
                    ["places", "o", "due", "expired", "begun", "looked", "counted", "chosen", "CONSTANT ROW"];
                let derived = own.iter().any(|table| line == format!("SCAN {table}"));
                let once = *name == "RELEASE_ALL" && line == "SCAN uploads"; // at the start, before anybody waits
                // Once, when a tenant has left.
                let once = once || name.starts_with("TENANT");
                // Once, when a store becomes one that has copies.
                let once = once || ["ALL_TRANSFERS", "ALL_TENANTS"].contains(name);
                // The plan names all that refer to the new row's table; they are read only while a reference is broken.
                let inserts = sql.sqlite.starts_with("INSERT INTO") && !sql.sqlite.contains("SELECT");
                // How many there are, for who watches.
                let counts = *name == "COUNTS" && line == "SCAN tenants";
                if scans && !derived && !once && !inserts && !counts && !fine.contains(&line.as_str()) {
                    found.push(format!("{name}: {line}"));
                }
            }
        }
        assert!(found.is_empty(), "{found:#?}");
    }
}
