//! A whole service in memory, on a database of either engine, with a mailbox to look into.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use sealpost_auth::{Auth, AuthLimits, Carried, NewToken, SendGrant, Shown, UserColumns, Verified};
use sealpost_blob::{BlobStore, MemoryStore};
use sealpost_db::{Db, Keyring, Tenant, User};
use sealpost_domain::{
    Clock, EmailAddress, Job, ManualClock, Policy, Role, Scope, Scopes, SystemClock, TenantId, Timestamp,
    TransferId, UploadId, UserId,
};
use sealpost_jobs::{Handler, Queue, Runner, RunnerOptions, Work};
use sealpost_keys::Keys;
use sealpost_mail::{Language, Letter, Mailer, MemoryTransport, Transport};
use sealpost_sealed::{Random, SystemRandom, random_bytes};
use sealpost_tenancy::Tenancy;
use sealpost_test_support::engines::{self, Place, TestDatabase, TestKeyring};
use sealpost_transfer::{
    Limits, NewPassword, NewTransfer, NewUpload, Restored, Restoring, Sent, Service, ServiceParts,
    UploadMetadata,
};
use sealpost_vault::LocalVault;

pub(crate) const DAY: Duration = Duration::from_secs(86_400);

pub(crate) struct Fixture {
    pub(crate) clock: ManualClock,
    pub(crate) service: Service,
    pub(crate) auth: Auth,
    pub(crate) session: SendGrant,
    pub(crate) queue: Queue,
    pub(crate) mails: MemoryTransport,
    pub(crate) handler: Handler,
    pub(crate) db: Db,
    bearer: String,
    keyring: Arc<TestKeyring>,
    database: Option<TestDatabase>,
    vault: Arc<tempfile::TempDir>,
}

/// What a service works with: database, blob store, keys, clock, and what it may use of them.
pub(crate) struct Parts {
    db: Db,
    blobs: Arc<dyn BlobStore>,
    keys: Arc<Keys>,
    clock: ManualClock,
    limits: Limits,
}

impl Parts {
    /// With a keyring and a vault that are there.
    pub(crate) fn new(
        db: &Db,
        (keyring, vault): (&Arc<TestKeyring>, &Arc<tempfile::TempDir>),
        blobs: Arc<dyn BlobStore>,
        clock: ManualClock,
        limits: Limits,
    ) -> Self {
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let dir = vault.path().join("vault");
        let vault = if dir.exists() {
            LocalVault::open(&dir, &[], Arc::clone(&random))
        } else {
            LocalVault::create(&dir, &[], Arc::clone(&random))
        };
        let any_clock: Arc<dyn Clock> = Arc::new(clock.clone());
        let keys = Keys::new(Arc::new(vault.unwrap()), Keyring::clone(keyring), any_clock, random);
        Self { db: db.clone(), blobs, keys: Arc::new(keys), clock, limits }
    }

    fn auth(&self) -> Auth {
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        Auth::new(
            self.db.clone(),
            Arc::clone(&self.keys),
            clock,
            Arc::new(SystemRandom),
            AuthLimits::default(),
        )
    }

    fn service(&self) -> Service {
        Service::new(ServiceParts {
            db: self.db.clone(),
            blobs: Arc::clone(&self.blobs),
            keys: Arc::clone(&self.keys),
            clock: Arc::new(self.clock.clone()),
            random: Arc::new(SystemRandom),
            base_url: "https://send.example.org".into(),
            limits: self.limits,
        })
    }
}

impl Fixture {
    pub(crate) async fn new(database: TestDatabase, policy: Policy) -> Self {
        let clock = ManualClock::new(SystemClock.now());
        Self::on(database, policy, Arc::new(MemoryStore::new()), clock).await
    }

    /// With a new tenant, and his container in `blobs`.
    pub(crate) async fn on(
        database: TestDatabase,
        policy: Policy,
        blobs: Arc<dyn BlobStore>,
        clock: ManualClock,
    ) -> Self {
        let keyring = Arc::new(engines::keyring(database.engine()).await);
        let vault = Arc::new(tempfile::tempdir().unwrap());
        let parts = Parts::new(&database, (&keyring, &vault), blobs, clock, Limits::default());
        let (session, bearer) =
            session(&parts.db, &parts.keys, &parts.auth(), parts.clock.now(), policy).await;
        parts.blobs.create_container(&session.container().parse().unwrap()).await.unwrap();
        Self::of(parts, (session, bearer), Some(database), keyring, vault)
    }

    /// The same keyring, vault and clock with another database and other stores, to which everything is restored from `from`.
    pub(crate) async fn restored(
        &self,
        database: TestDatabase,
        blobs: Arc<dyn BlobStore>,
        from: &str,
    ) -> (Self, Restored) {
        let kept = (&self.keyring, &self.vault);
        let parts = Parts::new(&database, kept, blobs, self.clock.clone(), Limits::default());
        let what = Restoring { from: from.parse().unwrap(), only: Vec::new(), resume: false };
        let restored = Box::pin(parts.service().restore(&what)).await.unwrap();
        let auth = parts.auth();
        let session = auth.send_grant(&auth.sender(&self.bearer).await.unwrap()).await.unwrap();
        let (keyring, vault) = (Arc::clone(&self.keyring), Arc::clone(&self.vault));
        (Self::of(parts, (session, self.bearer.clone()), Some(database), keyring, vault), restored)
    }

    /// The same on a backup of its database and its stores, in a process that remembers no key.
    pub(crate) async fn on_backup(&self, db: &Db, blobs: Arc<dyn BlobStore>) -> Self {
        let kept = (&self.keyring, &self.vault);
        let parts = Parts::new(db, kept, blobs, self.clock.clone(), Limits::default());
        let auth = parts.auth();
        let session = auth.send_grant(&auth.sender(&self.bearer).await.unwrap()).await.unwrap();
        let (keyring, vault) = (Arc::clone(&self.keyring), Arc::clone(&self.vault));
        Self::of(parts, (session, self.bearer.clone()), None, keyring, vault)
    }

    /// Where its database is.
    pub(crate) fn place(&self) -> &Place {
        self.database.as_ref().unwrap().place()
    }

    /// A service on another database and other stores, with the same keyring, vault and clock.
    pub(crate) fn service_on(&self, db: &Db, blobs: Arc<dyn BlobStore>) -> Service {
        let kept = (&self.keyring, &self.vault);
        Parts::new(db, kept, blobs, self.clock.clone(), Limits::default()).service()
    }

    fn of(
        parts: Parts,
        (session, bearer): (SendGrant, String),
        database: Option<TestDatabase>,
        keyring: Arc<TestKeyring>,
        vault: Arc<tempfile::TempDir>,
    ) -> Self {
        let (service, auth) = (parts.service(), parts.auth());
        let Parts { db, blobs, keys, clock, .. } = parts;
        let any_clock: Arc<dyn Clock> = Arc::new(clock.clone());
        let tenancy = Tenancy::new(
            db.clone(),
            Arc::clone(&blobs),
            Arc::clone(&keys),
            Arc::clone(&any_clock),
            Arc::new(SystemRandom),
        );
        let mails = MemoryTransport::default();
        let sender = "noreply@send.example.org".parse().unwrap();
        let mailer = Mailer::new(sender, "Sealpost", Transport::Memory(mails.clone()));
        let work = Work {
            service: service.clone(),
            tenancy,
            auth: auth.clone(),
            sms: None,
            mailer,
            language: Language::English,
            abuse_desk: None,
        };
        let queue = Queue::new(db.clone(), any_clock, Arc::new(|bytes: &mut [u8]| SystemRandom.fill(bytes)));
        Self {
            clock,
            service,
            auth,
            session,
            queue,
            mails,
            handler: work.handler(),
            db,
            bearer,
            keyring,
            database,
            vault,
        }
    }

    /// Sends two small files to Bert, and to Carl if there is no password.
    pub(crate) async fn send(&self, password: Option<&str>) -> Sent {
        self.send_for(password, None).await
    }

    /// The same, to be fetched once by each.
    pub(crate) async fn send_once(&self) -> Sent {
        self.send_for(None, Some(1)).await
    }

    async fn send_for(&self, password: Option<&str>, max_downloads: Option<u64>) -> Sent {
        let recipients: &[&str] = if password.is_some() { &["bert"] } else { &["bert", "carl"] };
        let new = NewTransfer {
            recipients: recipients
                .iter()
                .map(|name| format!("{name}@example.com").parse::<EmailAddress>().unwrap().into())
                .collect(),
            subject: Some("Quarterly report".into()),
            password: password.map(|password| NewPassword::Own(password.to_owned())),
            max_downloads,
            ..NewTransfer::default()
        };
        let transfer = Box::pin(self.service.create(&self.session, new)).await.unwrap().id;
        for name in ["YS5wZGY=", "Yi50eHQ="] {
            self.upload(transfer, name).await;
        }
        Box::pin(self.service.send(&self.session, transfer)).await.unwrap()
    }

    async fn upload(&self, transfer: TransferId, name: &str) {
        self.upload_bytes(transfer, name, b"hello", false).await;
    }

    /// Uploads a file, or a slice of one, with a name in base64.
    pub(crate) async fn upload_bytes(
        &self,
        transfer: TransferId,
        name: &str,
        bytes: &[u8],
        partial: bool,
    ) -> UploadId {
        let new = NewUpload {
            length: Some(bytes.len() as u64),
            partial,
            metadata: metadata(name),
            checksum: None,
            body_length: Some(bytes.len() as u64),
        };
        let pieces: Vec<_> = bytes
            .chunks(1 << 20)
            .map(|piece| Ok::<_, std::io::Error>(Bytes::copy_from_slice(piece)))
            .collect();
        let grant = self.session.add_grant();
        let begun = self.service.begin_upload(&grant, transfer, new, Some(stream::iter(pieces)));
        let begun = Box::pin(begun).await;
        let begun = begun.unwrap();
        assert!(begun.complete);
        begun.id
    }

    /// A draft for Bert.
    pub(crate) async fn draft(&self) -> TransferId {
        let bert = "bert@example.com".parse::<EmailAddress>().unwrap();
        let new = NewTransfer { recipients: vec![bert.into()], ..NewTransfer::default() };
        Box::pin(self.service.create(&self.session, new)).await.unwrap().id
    }

    /// Begins an upload of so many bytes, of which none come.
    pub(crate) async fn begin(&self, transfer: TransferId, length: u64) {
        let new = NewUpload {
            length: Some(length),
            partial: false,
            metadata: metadata("bGF0ZQ=="),
            checksum: None,
            body_length: None,
        };
        let none = None::<stream::Empty<Result<Bytes, std::io::Error>>>;
        let begun = self.service.begin_upload(&self.session.add_grant(), transfer, new, none).await;
        assert!(!begun.unwrap().complete);
    }

    /// Sends one file to Bert that came in slices, and one that came in a piece.
    pub(crate) async fn send_big(&self, slices: &[&[u8]], whole: &[u8]) -> Sent {
        let transfer = self.draft().await;
        let mut pieces = Vec::new();
        for slice in slices {
            pieces.push(self.upload_bytes(transfer, "c2xpY2U=", slice, true).await);
        }
        let grant = self.session.add_grant();
        Box::pin(self.service.join(&grant, transfer, pieces, metadata("am9pbmVk"))).await.unwrap();
        self.upload_bytes(transfer, "d2hvbGU=", whole, false).await;
        Box::pin(self.service.send(&self.session, transfer)).await.unwrap()
    }

    /// Runs everything that is due, and what that makes due.
    pub(crate) async fn run_due(&self) {
        let options = RunnerOptions { poll: Duration::from_millis(5), ..RunnerOptions::default() };
        let idle = async {
            while self.next().await.is_some_and(|at| at <= self.clock.now()) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let runner = Runner::new(self.queue.clone(), Arc::clone(&self.handler), options);
        // Apart from the stack of the test, as whatever else here is big.
        assert_eq!(Box::pin(runner.run(idle)).await, 0);
    }

    /// Queues a job of the clock, and runs everything that is due.
    pub(crate) async fn run(&self, job: Job) {
        assert!(self.queue.enqueue(&job).await.unwrap());
        self.run_due().await;
    }

    pub(crate) async fn next(&self) -> Option<Timestamp> {
        self.db.read().await.unwrap().next_job_at().await.unwrap()
    }

    pub(crate) async fn failed(&self) -> Vec<(String, Option<String>)> {
        let jobs = self.db.read().await.unwrap().failed_jobs(100).await.unwrap();
        jobs.into_iter().map(|job| (job.kind, job.last_error)).collect()
    }

    /// The mails since the last call, by their addressee.
    pub(crate) fn mails_to(&self, address: &str) -> Vec<Letter> {
        self.mails.letters().into_iter().filter(|letter| letter.to.as_str() == address).collect()
    }

    pub(crate) async fn verify(&self, letter: &Letter, password: Option<&str>) -> Option<Verified> {
        let (_, rest) = letter.text.split_once("https://send.example.org/t/").unwrap();
        let (shown, token) = (Shown::password(password), rest.lines().next().unwrap());
        Box::pin(self.auth.verify_link(token, &shown, &Carried::default())).await.ok()?.done()
    }

    /// Fetches all files, each to its last byte; gives them by their names.
    pub(crate) async fn fetch(&self, verified: &Verified) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        for file in Box::pin(self.service.delivery(verified.grant.read())).await.unwrap().files {
            let download = Box::pin(self.service.file(&verified.grant, file.id)).await.unwrap();
            let mut bytes = std::pin::pin!(download.stream(0..file.size));
            let mut fetched = Vec::new();
            while let Some(piece) = bytes.next().await {
                fetched.extend_from_slice(&piece.unwrap());
            }
            assert_eq!(fetched.len() as u64, file.size);
            files.insert(file.name.as_str().to_owned(), fetched);
        }
        files
    }
}

fn metadata(name: &str) -> UploadMetadata {
    UploadMetadata::parse(&format!("filename {name}")).unwrap()
}

async fn session(db: &Db, keys: &Keys, auth: &Auth, now: Timestamp, policy: Policy) -> (SendGrant, String) {
    let (tenant, id) =
        (TenantId::new(now, random_bytes(&SystemRandom)), UserId::new(now, random_bytes(&SystemRandom)));
    let (key, wrapped) = keys.new_tenant_key(tenant).await.unwrap();
    let email = "anna@example.org".parse().unwrap();
    let (address, name) = UserColumns::of(tenant, id).seal(&key, "anna@example.org", "Anna", &SystemRandom);
    let row = Tenant {
        id: tenant,
        slug: "acme".parse().unwrap(),
        name: "Acme".into(),
        container: format!("t-{}", tenant.as_uuid().simple()),
        policy,
        tenant_key: wrapped,
        created_at: now,
        suspended_at: None,
    };
    let user = User {
        id,
        tenant_id: tenant,
        address,
        address_hmac: UserColumns::address_hmac(&key, &email),
        name,
        role: Role::Sender,
        created_at: now,
        disabled_at: None,
        seat_at: None,
        sending_suspended_at: None,
    };
    let mut tx = db.write().await.unwrap();
    tx.insert_tenant(&row).await.unwrap();
    tx.insert_user(&user).await.unwrap();
    tx.commit().await.unwrap();
    let new = NewToken {
        user: id,
        label: "test".into(),
        scopes: Scopes::new([Scope::Send, Scope::Read]),
        expires_at: now + 365 * DAY,
    };
    let operator = auth.danger_operator(&row).await.unwrap();
    let bearer = auth.issue_token(&operator, new).await.unwrap().bearer.to_string();
    let session = auth.sender(&bearer).await.unwrap();
    (auth.send_grant(&session).await.unwrap(), bearer)
}
