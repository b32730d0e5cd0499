//! The whole service in the process of a test: real HTTP on a free port, real stores, real keys; only the clock and
//! the mail server are the test's own.
//!
//! A test is a function that takes `&App`; [`claims!`](crate::claims) runs it on both engines. When it has ended, no
//! job may have been given up and the audit log of every tenant must verify: [`App::finish`].

mod answer;
mod client;
mod copies;
mod link;
mod node;
mod policy;
mod raw;
mod sender;
mod store;
mod work;

use std::{
    collections::HashSet,
    net::TcpListener,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use sealpost_auth::{Auth, AuthLimits, Authenticated, LicenceKeys, NewSession, NewToken, Rates};
use sealpost_blob::{BlobStore, LocalStore};
use sealpost_db::{ChainPoint, Db, Engine, Tenant, verify_chain};
use sealpost_domain::{
    Clock, JobId, ManualClock, Policy, Role, Scope, Scopes, SessionKind, SignIn, SystemClock, TenantId,
    UserId,
};
use sealpost_jobs::Queue;
use sealpost_keys::Keys;
use sealpost_mail::{MemoryGateway, MemoryTransport};
use sealpost_oidc::Reach;
use sealpost_sealed::{Random, SystemRandom};
use sealpost_tenancy::{Forwarder, Tenancy};
use sealpost_transfer::{Limits, Service};
use sealpost_vault::{LocalVault, Vault};
use tempfile::TempDir;

pub use reqwest::Method;
pub use sealpost_api::ServerSettings;

pub use answer::{Answer, BrokenOff};
pub use client::{Client, Request};
pub use copies::{Copies, StoreCopy};
pub use link::{Link, Visit};
pub use raw::Raw;
pub use sender::{CHUNK, Sender, Sent, metadata};

use node::{Node, ServerHandle, Stores, address};

use crate::{
    clamd::TestClamd,
    engines::{self, TestDatabase, TestKeyring},
    faulty_store::FaultyStore,
    pluggable_vault::PluggableVault,
};

/// An hour.
pub const HOUR: Duration = Duration::from_secs(3_600);
/// A day.
pub const DAY: Duration = Duration::from_secs(24 * 3_600);

/// Runs test functions on both engines: `claim` becomes `sqlite::claim` and `postgres::claim`, each with an app of its
/// own; `claim with options()` gives it another one than the usual.
#[macro_export]
macro_rules! claims {
    ($($test:ident $(with $options:expr)?),+ $(,)?) => {
        $crate::claims!(@engine sqlite Sqlite $($test $($options)?,)+);
        $crate::claims!(@engine postgres Postgres $($test $($options)?,)+);
    };
    (@engine $module:ident $engine:ident $($test:ident $($options:expr)?,)+) => {
        mod $module {
            #[expect(clippy::allow_attributes, reason = "whether there are options depends on the list")]
            #[allow(unused_imports, reason = "options are written as the list's module sees them")]
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let app = $crate::app::spawn_app(
                        $crate::engines::Engine::$engine,
                        $crate::claims!(@options $($options)?),
                    );
                    let app = Box::pin(app).await;
                    // In boxes: unoptimised, what a test awaits lies several times on its thread's stack.
                    Box::pin(super::$test(&app)).await;
                    Box::pin(app.finish()).await;
                }
            )+
        }
    };
    (@options) => { $crate::app::Options::default() };
    (@options $options:expr) => { $options };
}

/// What a test may want otherwise.
#[derive(Debug, Clone)]
pub struct Options {
    /// The rules of both tenants.
    pub policy: Policy,
    /// Bounds of the use cases.
    pub limits: Limits,
    /// Bounds of checking passwords.
    pub auth: AuthLimits,
    /// How patient the server is with connections.
    pub server: ServerSettings,
    /// How long HTTP waits for a body that stands still.
    pub body_patience: Duration,
    /// Whose licences count; none are asked for without.
    pub licences: LicenceKeys,
    /// How many links an address may verify in a minute.
    pub verifications_per_minute: u32,
    /// Whether add-ins look at mails.
    pub addins: bool,
    /// A malware scanner, and the biggest file that is shown to it.
    pub scanner: Option<(Arc<Mutex<TestClamd>>, u64)>,
    /// Whether containers have a replica and an off-site copy.
    pub copies: bool,
}

impl Options {
    /// Containers have a replica and an off-site copy.
    pub fn with_copies() -> Self {
        Self { copies: true, ..Self::default() }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            limits: Limits { sms: true, ..Limits::default() },
            auth: AuthLimits {
                passwords_per_minute: 10_000,
                rates: Rates::unlimited(),
                ..AuthLimits::default()
            },
            server: ServerSettings::default(),
            // As long as a loaded machine may stand still.
            body_patience: Duration::from_secs(60),
            licences: LicenceKeys::default(),
            verifications_per_minute: 10_000,
            addins: true,
            scanner: None,
            copies: false,
        }
    }
}

/// The running service, seen from outside and, where a test has to, from inside.
pub struct App {
    /// The service's time. It stands still until a test moves it.
    pub clock: ManualClock,
    /// The database.
    pub db: Db,
    /// The blob store, which fails on demand.
    pub blobs: Arc<FaultyStore>,
    /// The stores that have copies of it, if the options say so.
    pub copies: Option<Copies>,
    /// The vault, which can be pulled out.
    pub vault: Arc<PluggableVault>,
    /// The mail server.
    pub mails: MemoryTransport,
    /// The SMS gateway.
    pub sms: MemoryGateway,
    /// The keys.
    pub keys: Arc<Keys>,
    /// The use cases.
    pub service: Service,
    /// The job queue.
    pub queue: Queue,
    /// A sender of the tenant Acme.
    pub anna: Sender,
    /// Another sender of Acme.
    pub otto: Sender,
    /// An owner of Acme, with a token for everything.
    pub admin: Sender,
    /// A sender of the tenant Globex.
    pub gina: Sender,
    /// An owner of Globex, with a token for everything.
    pub rival: Sender,
    /// Acme.
    pub acme: Tenant,
    /// Globex.
    pub globex: Tenant,
    /// The command of issuing tokens, and what turns them into grants.
    pub auth: Auth,
    /// Whoever has no token.
    pub anybody: Client,
    tenancy: Tenancy,
    logs_are_broken: std::sync::atomic::AtomicBool,
    taken: Mutex<HashSet<JobId>>,
    servers: Mutex<Vec<Box<dyn ServerHandle>>>,
    options: Options,
    base_url: String,
    root: TempDir,
    any_blobs: Arc<dyn BlobStore>,
    store: LocalStore,
    database: TestDatabase,
    keyring: TestKeyring,
}

/// Starts the service with two tenants and their users.
pub async fn spawn_app(engine: Engine, options: Options) -> App {
    log();
    let root = TempDir::with_prefix("sealpost-app").expect("a directory for a test");
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    // Stored objects have the machine's times; the clock begins there and goes its own way.
    let clock = ManualClock::new(SystemClock.now());
    let any_clock: Arc<dyn Clock> = Arc::new(clock.clone());
    let (database, keyring) = tokio::join!(engines::database(engine), engines::keyring(engine));
    let vault = LocalVault::create(&root.path().join("vault"), &[], Arc::clone(&random)).expect("a vault");
    let vault = Arc::new(PluggableVault::new(vault));
    let any_vault: Arc<dyn Vault> = Arc::clone(&vault) as _;
    let store = LocalStore::open(root.path().join("blobs")).expect("a blob store");
    let blobs = Arc::new(FaultyStore::new(Arc::new(store.clone())));
    let copies = options.copies.then(|| Copies::new(root.path(), &blobs, &any_clock));
    let any_blobs: Arc<dyn BlobStore> = match &copies {
        Some(copies) => Arc::new(copies.store.clone()),
        None => Arc::clone(&blobs) as _,
    };
    let db = Db::clone(&database);
    let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let base_url = address(&socket);
    let stores =
        Stores { db: &db, keyring: &keyring, vault: &any_vault, blobs: &any_blobs, clock: &any_clock };
    let Node { keys, auth, service, server } = stores.serve(&base_url, socket, &options);
    let tenancy = Tenancy::new(
        db.clone(),
        Arc::clone(&any_blobs),
        Arc::clone(&keys),
        Arc::clone(&any_clock),
        Arc::clone(&random),
    )
    .with_licences(options.licences.clone())
    .with_checkpoints(root.path().join("checkpoints"))
    // As those of providers: the receivers of tests are processes on this machine.
    .with_forwarder(Forwarder::new(Reach::Internal, "send.example.org"));
    let anybody = Client::new(&base_url);
    let acme = tenant(&tenancy, "acme", &options.policy).await;
    let globex = tenant(&tenancy, "globex", &options.policy).await;
    let user = async |tenant: &Tenant, name: &str, role: Role| {
        let email = format!("{name}@{}.example", tenant.slug);
        let grant = auth.danger_operator(tenant).await.expect("the vault");
        let made = tenancy.create_user(&grant, &email.parse().expect("an address"), name, role).await;
        let scopes = match role {
            Role::Sender => Scopes::new([Scope::Send, Scope::Read]),
            _ => Scopes::new([Scope::Send, Scope::Read, Scope::Admin]),
        };
        let token = NewToken {
            user: made.expect("a user").id,
            label: "test".to_owned(),
            scopes,
            expires_at: clock.now() + 10 * 365 * DAY,
        };
        let token = auth.issue_token(&grant, token).await.expect("a token");
        Sender::new(anybody.with_bearer(&token.bearer), email)
    };
    App {
        anna: user(&acme, "anna", Role::Sender).await,
        otto: user(&acme, "otto", Role::Sender).await,
        admin: user(&acme, "admin", Role::Owner).await,
        gina: user(&globex, "gina", Role::Sender).await,
        rival: user(&globex, "rival", Role::Owner).await,
        queue: Queue::new(db.clone(), any_clock, Arc::new(|bytes: &mut [u8]| SystemRandom.fill(bytes))),
        mails: MemoryTransport::default(),
        sms: MemoryGateway::default(),
        clock,
        db,
        blobs,
        copies,
        any_blobs,
        keys,
        service,
        acme,
        globex,
        auth,
        anybody,
        tenancy: tenancy.clone(),
        logs_are_broken: std::sync::atomic::AtomicBool::default(),
        taken: Mutex::default(),
        servers: Mutex::new(vec![server]),
        options,
        vault,
        base_url,
        root,
        store,
        database,
        keyring,
    }
}

impl App {
    /// Ends the service, and with it the test: no job was given up that the test has not asked after, and the audit log
    /// of each tenant is whole.
    pub async fn finish(self) {
        let failed = self.take_failed_jobs().await;
        assert!(failed.is_empty(), "jobs were given up: {failed:?}");
        if !self.logs_are_broken.load(std::sync::atomic::Ordering::Relaxed) {
            for tenant in [self.acme.id, self.globex.id] {
                let mut conn = self.db.read().await.expect("a connection");
                let is_there = conn.tenant(tenant).await.expect("the tenants").is_some();
                drop(conn);
                if is_there {
                    self.verify_audit(tenant).await;
                }
            }
        }
        let servers = std::mem::take(&mut *self.servers.lock().expect("no test panics here"));
        for server in servers {
            server.stop().await;
        }
    }

    /// Where the database lies, for somebody who goes past the service.
    pub const fn database_place(&self) -> &engines::Place {
        self.database.place()
    }

    /// Where the checkpoints of audit logs are written.
    pub fn checkpoints_dir(&self) -> std::path::PathBuf {
        self.root.path().join("checkpoints")
    }

    /// The test has tampered with the logs: that they are broken in the end is what it shows.
    pub fn expect_broken_logs(&self) {
        self.logs_are_broken.store(true, std::sync::atomic::Ordering::Relaxed);
    }

    /// The engine.
    pub fn engine(&self) -> Engine {
        self.database.engine()
    }

    /// The malware scanner of the options.
    pub fn scanner(&self) -> MutexGuard<'_, TestClamd> {
        let (daemon, _) = self.options.scanner.as_ref().expect("options with a scanner");
        daemon.lock().expect("no test panics here")
    }

    /// Ends all connections to database and keyring, as a server that is started anew does. SQLite has none.
    pub fn cut_database_connections(&self) {
        self.database.place().cut_connections();
        self.keyring.place().cut_connections();
    }

    /// Where the keyring lies.
    pub const fn keyring_place(&self) -> &engines::Place {
        self.keyring.place()
    }

    /// Starts another node on the same stores, with connections and memory of its own, and says where it is. Links lead
    /// to the first one, as to a load balancer.
    pub async fn another_node(&self) -> Client {
        let db = self.database.another_node().await;
        let (blobs, clock): (Arc<dyn BlobStore>, Arc<dyn Clock>) =
            (Arc::clone(&self.any_blobs), Arc::new(self.clock.clone()));
        let vault: Arc<dyn Vault> = Arc::clone(&self.vault) as _;
        let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let client = Client::new(&address(&socket));
        let stores = Stores { db: &db, keyring: &self.keyring, vault: &vault, blobs: &blobs, clock: &clock };
        let node = stores.serve(&self.base_url, socket, &self.options);
        self.servers.lock().expect("no test panics here").push(node.server);
        client
    }

    /// The id of the user whose token `of` shows.
    pub async fn user_id(&self, of: &Sender) -> UserId {
        self.auth.sender(of.bearer()).await.expect("a valid token").user()
    }

    /// The use cases of running a tenant.
    pub const fn tenancy(&self) -> &Tenancy {
        &self.tenancy
    }

    /// A user of a tenant by his address, signed in.
    pub async fn client_of(&self, tenant: &Tenant, email: &str) -> Client {
        let grant = self.auth.danger_operator(tenant).await.expect("the vault");
        let user = self.tenancy.user_by_address(&grant, &email.parse().expect("an address")).await;
        let who =
            Authenticated::danger_without_credential(tenant.id, user.expect("a user").id, SignIn::Password);
        let session = self.auth.begin_session(who, SessionKind::Browser, "a test").await.expect("a session");
        self.anybody.with_bearer(&session.bearer)
    }

    /// Somebody from outside with the grant of a submission.
    pub fn outsider(&self, grant: &str) -> Sender {
        Sender::new(self.anybody.with_bearer(grant), "uploader@example.org".to_owned())
    }

    /// The same user as `of`, signed in: the client has a session instead of a token, and may do dangerous acts.
    pub async fn signed_in(&self, of: &Sender) -> Client {
        self.anybody.with_bearer(&self.session_of(of, SessionKind::Browser).await.bearer)
    }

    /// A new session of the same user as `of`.
    pub async fn session_of(&self, of: &Sender, kind: SessionKind) -> NewSession {
        let known = self.auth.sender(of.bearer()).await.expect("a valid token");
        let who = Authenticated::danger_without_credential(known.tenant(), known.user(), SignIn::Password);
        self.auth.begin_session(who, kind, "a test").await.expect("a session")
    }

    /// The bearer of a new token for the same user as `of`'s, with other scopes.
    pub async fn token_of(&self, of: &Sender, scopes: Scopes) -> Sender {
        let session = self.auth.sender(of.bearer()).await.expect("a valid token");
        let token = NewToken {
            user: session.user(),
            label: "another".to_owned(),
            scopes,
            expires_at: self.clock.now() + DAY,
        };
        let tenant = if session.tenant() == self.acme.id { &self.acme } else { &self.globex };
        let operator = self.auth.danger_operator(tenant).await.expect("the vault");
        let token = self.auth.issue_token(&operator, token).await.expect("a token");
        Sender::new(self.anybody.with_bearer(&token.bearer), of.email().to_owned())
    }

    /// Whether somebody writes to an upload of Acme right now. From outside only a second writer could tell, and would
    /// be one.
    pub async fn is_written_to(&self, upload: &str) -> bool {
        let id = upload.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an upload's path");
        let row = self.db.read().await.expect("a connection").upload(self.acme.id, id).await;
        row.expect("an upload").is_some_and(|row| row.leased_until > self.clock.now())
    }

    /// The kinds of all entries of a tenant's audit log about a transfer, oldest first.
    pub async fn audit(&self, tenant: TenantId, transfer: &str) -> Vec<String> {
        let id = transfer.parse().expect("a transfer's id");
        let entries = self.db.read().await.expect("a connection").audit_of_transfer(tenant, id).await;
        entries.expect("the log").into_iter().map(|entry| entry.kind).collect()
    }

    /// Checks that a tenant's audit log is whole, and says how long it is.
    pub async fn verify_audit(&self, tenant: TenantId) -> u64 {
        // What is under way, such as the end of a download, may write between two of our looks.
        loop {
            let mut conn = self.db.read().await.expect("a connection");
            let before = conn.audit_head(tenant).await.expect("the log's head");
            let entries = conn.audit_after(tenant, 0, 100_000).await.expect("the log");
            let head =
                conn.audit_head(tenant).await.expect("the log's head").expect("every tenant has a log");
            if before.as_ref() == Some(&head) {
                assert_eq!(verify_chain(tenant, ChainPoint::START, &entries).as_ref(), Ok(&head));
                return head.seq;
            }
        }
    }
}

/// Shows the service's log if `RUST_LOG` asks for it, beside the output of the test.
fn log() {
    if std::env::var_os("RUST_LOG").is_some() {
        let filter = tracing_subscriber::EnvFilter::from_default_env();
        // All but the first test of a process find it done.
        let _ = tracing_subscriber::fmt().with_env_filter(filter).with_test_writer().try_init();
    }
}

async fn tenant(tenancy: &Tenancy, slug: &str, policy: &Policy) -> Tenant {
    let name = slug.parse().expect("a short name");
    tenancy.create_tenant(name, slug.to_owned(), policy.clone()).await.expect("a tenant")
}

/// Waits until `condition` holds: for what happens beside the test, such as a server's seeing that a connection broke.
///
/// # Panics
/// If it does not within a minute.
pub async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    while !condition().await {
        assert!(tokio::time::Instant::now() < deadline, "not within a minute: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
