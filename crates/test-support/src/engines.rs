//! The engine matrix: databases to throw away, on SQLite and on PostgreSQL.
//!
//! PostgreSQL is the server that `SEALPOST_TEST_POSTGRES` names, where the user may create databases, or a
//! cluster that `scripts/postgres.sh` starts for this process and that ends with it. It is never skipped.

mod psql;

use std::{
    collections::hash_map::RandomState,
    fs,
    hash::BuildHasher,
    io::{BufRead, BufReader},
    ops::Deref,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Mutex, OnceLock, PoisonError},
};

use psql::Psql;
use sealpost_db::{Db, DbOptions, Keyring};
use tempfile::TempDir;
use tokio::sync::OnceCell;

#[doc(no_inline)]
pub use sealpost_db::Engine;

/// Both engines.
pub const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

/// What SQLite's file is called in its directory.
const SQLITE_FILE: &str = "db.sqlite";

/// Runs test functions on both engines: each takes a migrated [`TestDatabase`] and becomes `sqlite::name` and
/// `postgres::name`.
#[macro_export]
macro_rules! on_both_engines {
    ($($test:ident),+ $(,)?) => {
        $crate::on_both_engines!(@engine sqlite Sqlite $($test)+);
        $crate::on_both_engines!(@engine postgres Postgres $($test)+);
    };
    (@engine $module:ident $engine:ident $($test:ident)+) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test($crate::engines::database($crate::engines::Engine::$engine).await).await;
                }
            )+
        }
    };
}

/// A place for a database; what was made there goes when this is dropped.
#[derive(Debug)]
pub struct Place {
    url: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Postgres(String),
    Sqlite(TempDir),
}

/// A migrated main database to throw away. It derefs to [`Db`].
#[derive(Debug)]
pub struct TestDatabase {
    db: Db,
    place: Place,
}

/// A migrated keyring to throw away. It derefs to [`Keyring`].
#[derive(Debug)]
pub struct TestKeyring {
    keyring: Keyring,
    place: Place,
}

/// A migrated main database of its own.
pub async fn database(engine: Engine) -> TestDatabase {
    static TEMPLATES: Templates = Templates::new();
    let place = match engine {
        Engine::Postgres => TEMPLATES.postgres(migrated_database).await,
        Engine::Sqlite => TEMPLATES.sqlite(migrated_database).await,
    };
    let db = Db::open(&place.options()).await.expect("opening a test database");
    TestDatabase { db, place }
}

/// A migrated keyring of its own.
pub async fn keyring(engine: Engine) -> TestKeyring {
    static TEMPLATES: Templates = Templates::new();
    let place = match engine {
        Engine::Postgres => TEMPLATES.postgres(migrated_keyring).await,
        Engine::Sqlite => TEMPLATES.sqlite(migrated_keyring).await,
    };
    let keyring = Keyring::open(&place.options()).await.expect("opening a test keyring");
    TestKeyring { keyring, place }
}

/// A place with nothing in it.
pub async fn empty(engine: Engine) -> Place {
    match engine {
        Engine::Postgres => create(fresh_name(), None).await,
        Engine::Sqlite => {
            let dir = TempDir::with_prefix("sealpost-db").expect("a directory for a test database");
            let url = format!("sqlite:{}", dir.path().join(SQLITE_FILE).display());
            Place { url, kind: Kind::Sqlite(dir) }
        }
    }
}

impl Place {
    /// Where it is, for [`DbOptions`] or for a configuration.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it is. Few connections: many tests share one server.
    pub fn options(&self) -> DbOptions {
        self.url.parse::<DbOptions>().expect("the URL was made here").connections(8)
    }

    /// SQLite's directory.
    pub fn dir(&self) -> Option<&std::path::Path> {
        match &self.kind {
            Kind::Postgres(_) => None,
            Kind::Sqlite(dir) => Some(dir.path()),
        }
    }

    /// SQLite's file.
    fn file(&self) -> PathBuf {
        self.dir().expect("it was made on SQLite").join(SQLITE_FILE)
    }

    /// Ends all connections to a PostgreSQL database, whatever they are at.
    pub fn cut_connections(&self) {
        if let Kind::Postgres(name) = &self.kind {
            psql(&format!(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'"
            ));
        }
    }

    /// Ends all connections to a PostgreSQL database and lets nobody in, or lets everybody in again.
    pub fn set_away(&self, is_away: bool) {
        if let Kind::Postgres(name) = &self.kind {
            psql(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {}", !is_away));
            if is_away {
                self.cut_connections();
            }
        }
    }

    /// The engine.
    pub const fn engine(&self) -> Engine {
        match self.kind {
            Kind::Postgres(_) => Engine::Postgres,
            Kind::Sqlite(_) => Engine::Sqlite,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Kind::Postgres(name) = &self.kind {
            psql(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

impl TestDatabase {
    /// Where it is.
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// Another handle with connections of its own, as another node would have.
    pub async fn another_node(&self) -> Db {
        Db::open(&self.place.options()).await.expect("opening a test database again")
    }
}

impl Deref for TestDatabase {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl TestKeyring {
    /// Where it is.
    pub const fn place(&self) -> &Place {
        &self.place
    }
}

impl Deref for TestKeyring {
    type Target = Keyring;

    fn deref(&self) -> &Keyring {
        &self.keyring
    }
}

/// The server's URL up to the database's name, and from there on.
struct Server {
    before: String,
    after: String,
    /// Its standard input is open as long as this process lives, and so is the cluster.
    _script: Option<Child>,
}

impl Server {
    fn get() -> &'static Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(|| match std::env::var("SEALPOST_TEST_POSTGRES") {
            Ok(url) => Self::parse(&url, None),
            Err(_) => Self::start(),
        })
    }

    fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/postgres.sh");
        let mut child = Command::new(script)
            .arg("run")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("running scripts/postgres.sh");
        let mut url = String::new();
        let output = child.stdout.take().expect("its output is piped");
        BufReader::new(output).read_line(&mut url).expect("reading from scripts/postgres.sh");
        assert!(!url.is_empty(), "scripts/postgres.sh started no cluster; what it said is above");
        Self::parse(url.trim(), Some(child))
    }

    fn parse(url: &str, script: Option<Child>) -> Self {
        let (place, options) = url.split_once('?').unwrap_or((url, ""));
        let (before, _name) = place.rsplit_once('/').expect("postgres://USER@HOST/NAME");
        let after = if options.is_empty() { String::new() } else { format!("?{options}") };
        Self { before: before.to_owned(), after, _script: script }
    }

    fn url(&self, name: &str) -> String {
        format!("{}/{name}{}", self.before, self.after)
    }
}

/// What was migrated once in this process, to be copied: migrating takes longer.
struct Templates {
    /// The name of a database that stays as long as the server or whoever started it.
    postgres: OnceCell<String>,
    /// A file's bytes.
    sqlite: OnceCell<Vec<u8>>,
}

impl Templates {
    const fn new() -> Self {
        Self { postgres: OnceCell::const_new(), sqlite: OnceCell::const_new() }
    }

    async fn postgres(&self, migrated: impl AsyncFnOnce(Engine) -> Place) -> Place {
        let name = async {
            let place = migrated(Engine::Postgres).await;
            let Kind::Postgres(name) = &place.kind else { unreachable!("it was made on PostgreSQL") };
            let name = name.clone();
            std::mem::forget(place);
            name
        };
        create(fresh_name(), Some(self.postgres.get_or_init(|| name).await)).await
    }

    async fn sqlite(&self, migrated: impl AsyncFnOnce(Engine) -> Place) -> Place {
        let bytes = async {
            let place = migrated(Engine::Sqlite).await;
            fs::read(place.file()).expect("a database that was closed is one file")
        };
        let bytes = self.sqlite.get_or_init(|| bytes).await;
        let place = empty(Engine::Sqlite).await;
        fs::write(place.file(), bytes).expect("a copy of the template");
        place
    }
}

async fn migrated_database(engine: Engine) -> Place {
    let place = empty(engine).await;
    let db = Db::open(&place.options()).await.expect("opening the template");
    db.migrate().await.expect("migrating the template");
    db.close().await.expect("closing the template");
    place
}

async fn migrated_keyring(engine: Engine) -> Place {
    let place = empty(engine).await;
    let keyring = Keyring::open(&place.options()).await.expect("opening the template");
    keyring.migrate().await.expect("migrating the template");
    keyring.close().await.expect("closing the template");
    place
}

async fn create(name: String, template: Option<&str>) -> Place {
    // By copying files: through the log, as is usual, it takes twice as long.
    let copy =
        template.map(|template| format!(" TEMPLATE {template} STRATEGY FILE_COPY")).unwrap_or_default();
    let statement = format!("CREATE DATABASE {name}{copy}");
    tokio::task::spawn_blocking(move || {
        psql(&statement);
        Place { url: Server::get().url(&name), kind: Kind::Postgres(name) }
    })
    .await
    .expect("creating a test database")
}

fn fresh_name() -> String {
    format!("sealpost_test_{:016x}", RandomState::new().hash_one(std::process::id()))
}

fn psql(statement: &str) {
    static PSQL: OnceLock<Mutex<Psql>> = OnceLock::new();
    let psql = PSQL.get_or_init(|| Mutex::new(Psql::connect(&Server::get().url("postgres"))));
    psql.lock().unwrap_or_else(PoisonError::into_inner).run(statement);
}
