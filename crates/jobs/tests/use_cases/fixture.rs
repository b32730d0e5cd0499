//! A whole service in memory, on a database of either engine, with a mailbox to look into.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use sealpost_auth::{Auth, AuthLimits, Carried, NewToken, SendGrant, Shown, UserColumns, Verified};
use sealpost_blob::{BlobStore, MemoryStore};
use sealpost_db::{Db, Tenant, User};
use sealpost_domain::{
    Clock, EmailAddress, Job, ManualClock, Policy, Role, Scope, Scopes, SystemClock, TenantId, Timestamp,
    TransferId, UserId,
};
use sealpost_jobs::{Handler, Queue, Runner, RunnerOptions, Work};
use sealpost_keys::Keys;
use sealpost_mail::{Language, Letter, Mailer, MemoryTransport, Transport};
use sealpost_sealed::{Random, SystemRandom, random_bytes};
use sealpost_tenancy::Tenancy;
use sealpost_test_support::engines::{self, TestDatabase, TestKeyring};
use sealpost_transfer::{
    Limits, NewPassword, NewTransfer, NewUpload, Sent, Service, ServiceParts, UploadMetadata,
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
    _database: TestDatabase,
    _keyring: TestKeyring,
    _vault: tempfile::TempDir,
}

impl Fixture {
    pub(crate) async fn new(database: TestDatabase, policy: Policy) -> Self {
        let clock = ManualClock::new(SystemClock.now());
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let keyring = engines::keyring(database.engine()).await;
        let vault_dir = tempfile::tempdir().unwrap();
        let vault = LocalVault::create(&vault_dir.path().join("vault"), &[], Arc::clone(&random)).unwrap();
        let (db, any_clock): (_, Arc<dyn Clock>) = (Db::clone(&database), Arc::new(clock.clone()));
        let keys = Keys::new(Arc::new(vault), keyring.clone(), Arc::clone(&any_clock), Arc::clone(&random));
        let keys = Arc::new(keys);
        let blobs = Arc::new(MemoryStore::new());
        let service = Service::new(ServiceParts {
            db: db.clone(),
            blobs: Arc::clone(&blobs) as Arc<dyn BlobStore>,
            keys: Arc::clone(&keys),
            clock: Arc::clone(&any_clock),
            random: Arc::clone(&random),
            base_url: "https://send.example.org".into(),
            limits: Limits::default(),
        });
        let limits = AuthLimits::default();
        let auth =
            Auth::new(db.clone(), Arc::clone(&keys), Arc::clone(&any_clock), Arc::clone(&random), limits);
        let tenancy = Tenancy::new(
            db.clone(),
            Arc::clone(&blobs) as Arc<dyn BlobStore>,
            Arc::clone(&keys),
            Arc::clone(&any_clock),
            random,
        );
        let session = session(&db, &keys, &auth, clock.now(), policy).await;
        blobs.create_container(&session.container().parse().unwrap()).await.unwrap();
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
            _database: database,
            _keyring: keyring,
            _vault: vault_dir,
        }
    }

    /// Sends two small files to Bert, and to Carl if there is no password.
    pub(crate) async fn send(&self, password: Option<&str>) -> Sent {
        let recipients: &[&str] = if password.is_some() { &["bert"] } else { &["bert", "carl"] };
        let new = NewTransfer {
            recipients: recipients
                .iter()
                .map(|name| format!("{name}@example.com").parse::<EmailAddress>().unwrap().into())
                .collect(),
            subject: Some("Quarterly report".into()),
            password: password.map(|password| NewPassword::Own(password.to_owned())),
            ..NewTransfer::default()
        };
        let transfer = self.service.create(&self.session, new).await.unwrap().id;
        for name in ["YS5wZGY=", "Yi50eHQ="] {
            self.upload(transfer, name).await;
        }
        self.service.send(&self.session, transfer).await.unwrap()
    }

    async fn upload(&self, transfer: TransferId, name: &str) {
        let new = NewUpload {
            length: Some(5),
            partial: false,
            metadata: UploadMetadata::parse(&format!("filename {name}")).unwrap(),
            checksum: None,
            body_length: Some(5),
        };
        let body = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"hello"))]);
        let grant = self.session.add_grant();
        assert!(self.service.begin_upload(&grant, transfer, new, Some(body)).await.unwrap().complete);
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
        assert_eq!(runner.run(idle).await, 0);
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
        self.auth.verify_link(token, &shown, &Carried::default()).await.ok()?.done()
    }

    /// Fetches all files, each to its last byte.
    pub(crate) async fn fetch(&self, verified: &Verified) {
        for file in self.service.delivery(verified.grant.read()).await.unwrap().files {
            let download = self.service.file(&verified.grant, file.id).await.unwrap();
            let mut bytes = std::pin::pin!(download.stream(0..file.size));
            let mut fetched = 0;
            while let Some(piece) = bytes.next().await {
                fetched += piece.unwrap().len() as u64;
            }
            assert_eq!(fetched, file.size);
        }
    }
}

async fn session(db: &Db, keys: &Keys, auth: &Auth, now: Timestamp, policy: Policy) -> SendGrant {
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
    let session = auth.sender(&auth.issue_token(&operator, new).await.unwrap().bearer).await.unwrap();
    auth.send_grant(&session).await.unwrap()
}
