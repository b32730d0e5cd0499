//! A tenant with a user and a draft, to begin with.

use std::{
    future::Future,
    sync::atomic::{AtomicU64, Ordering},
};

use sealpost_db::{
    AuditEvent, Db, File, Link, NewJob, NewRecipient, NewTransfer, NewUpload, Part, Tenant, Transfer, Tx,
    User, Visit,
};
use sealpost_domain::{
    Epoch, FileId, JobId, Policy, Protection, RecipientId, Role, TenantId, Timestamp, TransferId,
    TransferMode, UploadId, UserId, VisitId,
};
use uuid::Uuid;

pub(crate) const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);

/// `NOW` and so many seconds.
pub(crate) fn after(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(NOW.unix_millis() + 1_000 * seconds)
}

/// Ids grow, as those of version 7 do.
pub(crate) fn id<T: From<Uuid>>() -> T {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let count = NEXT.fetch_add(1, Ordering::Relaxed);
    Uuid::from_u64_pair(0x0198_0000_0000_7000, 0x8000_0000_0000_0000 | count).into()
}

/// 32 bytes that no other call gives.
pub(crate) fn hash() -> [u8; 32] {
    let mut bytes = [7; 32];
    bytes[..16].copy_from_slice(id::<Uuid>().as_bytes());
    bytes
}

/// Runs `work` in a transaction and commits it.
pub(crate) async fn write<T>(db: &Db, work: impl AsyncFnOnce(&mut Tx) -> T) -> T {
    let mut tx = db.write().await.unwrap();
    let result = work(&mut tx).await;
    tx.commit().await.unwrap();
    result
}

/// What `clients` tasks, all started at once, came to.
pub(crate) async fn all_at_once<T, F>(clients: usize, client: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<_> = (0..clients).map(|i| tokio::spawn(client(i))).collect();
    let mut results = Vec::with_capacity(clients);
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

pub(crate) struct World {
    pub(crate) tenant: TenantId,
    pub(crate) user: UserId,
    pub(crate) transfer: TransferId,
}

impl World {
    pub(crate) async fn new(db: &Db) -> Self {
        let world = Self { tenant: id(), user: id(), transfer: id() };
        write(db, async |tx| {
            tx.insert_tenant(&world.tenant_row()).await.unwrap();
            tx.insert_user(&world.user_row()).await.unwrap();
            tx.insert_transfer(&world.draft(world.transfer, after(3_600))).await.unwrap();
        })
        .await;
        world
    }

    pub(crate) fn tenant_row(&self) -> Tenant {
        Tenant {
            id: self.tenant,
            slug: format!("t{}", &self.tenant.to_string()[24..]).parse().unwrap(),
            name: "Sankt Anna".to_owned(),
            container: format!("t-{}", self.tenant),
            policy: Policy { max_files: 3, reminder_seconds: Some(60), ..Policy::default() },
            tenant_key: b"wrapped tenant key".to_vec(),
            created_at: NOW,
            suspended_at: None,
        }
    }

    pub(crate) fn user_row(&self) -> User {
        User {
            id: self.user,
            tenant_id: self.tenant,
            address: b"sealed address".to_vec(),
            address_hmac: [3; 32],
            name: b"sealed name".to_vec(),
            role: Role::Sender,
            created_at: NOW,
            disabled_at: None,
            seat_at: None,
            sending_suspended_at: None,
        }
    }

    /// Somebody else.
    pub(crate) fn another_user(&self) -> User {
        User { id: id(), address_hmac: hash(), ..self.user_row() }
    }

    pub(crate) fn draft(&self, id: TransferId, expires_at: Timestamp) -> NewTransfer<'static> {
        NewTransfer {
            id,
            tenant_id: self.tenant,
            sender_id: self.user,
            epoch: expires_at.epoch(),
            transfer_key: b"wrapped transfer key",
            content_key: b"wrapped content key",
            locked_content_key: None,
            password_parameters: None,
            subject: Some(b"sealed subject"),
            message: None,
            max_downloads: Some(1),
            mailbox_id: None,
            protection: Protection::None,
            created_at: NOW,
            expires_at,
            submission: None,
            allow_reply: None,
            mode: TransferMode::Standard,
            server_half: None,
        }
    }

    pub(crate) async fn transfer_row(&self, db: &Db) -> Transfer {
        db.read().await.unwrap().transfer(self.tenant, self.transfer).await.unwrap().unwrap()
    }

    pub(crate) fn upload(&self, id: UploadId) -> NewUpload<'static> {
        NewUpload {
            id,
            tenant_id: self.tenant,
            transfer_id: self.transfer,
            is_partial: false,
            length: Some(10),
            upload_key: b"wrapped upload key",
            metadata: b"sealed metadata",
            created_at: NOW,
            expires_at: after(600),
            leased_until: NewUpload::FREE,
        }
    }

    pub(crate) fn file(&self, id: FileId, length: u64) -> File {
        File {
            id,
            tenant_id: self.tenant,
            transfer_id: self.transfer,
            file_key: b"wrapped file key".to_vec(),
            manifest: b"sealed manifest".to_vec(),
            metadata: b"sealed metadata".to_vec(),
            length,
            objects: 2,
            created_at: NOW,
            kind: Some("pdf".to_owned()),
            findings: Some(b"sealed findings".to_vec()),
            scan: None,
            sender_file_key: None,
            sender_manifest: None,
            stated_kinds: None,
            stated_policy: None,
        }
    }

    /// A recipient with an address of his own.
    pub(crate) async fn recipient(&self, tx: &mut Tx) -> RecipientId {
        let (id, address_hmac) = (id(), hash());
        let new = NewRecipient {
            id,
            tenant_id: self.tenant,
            transfer_id: self.transfer,
            address: b"sealed address",
            address_hmac: &address_hmac,
            protection: None,
            phone: None,
            locked_content_key: None,
            password_parameters: None,
        };
        assert!(tx.insert_recipient(&new).await.unwrap());
        id
    }

    pub(crate) fn link(&self, recipient: RecipientId) -> Link {
        Link {
            token_hash: hash(),
            tenant_id: self.tenant,
            transfer_id: self.transfer,
            recipient_id: recipient,
            created_at: NOW,
        }
    }

    pub(crate) fn visit(&self, recipient: RecipientId, started_at: Timestamp) -> Visit {
        Visit {
            id: id::<VisitId>(),
            tenant_id: self.tenant,
            transfer_id: self.transfer,
            recipient_id: recipient,
            started_at,
            leased_until: Timestamp::from_unix_millis(started_at.unix_millis() + 60_000),
            completed_at: None,
        }
    }

    pub(crate) fn event<'a>(&self, kind: &'a str, payload: &'a serde_json::Value) -> AuditEvent<'a> {
        AuditEvent { at: NOW, kind, transfer_id: Some(self.transfer), payload, sealed: None }
    }
}

pub(crate) fn part(upload: UploadId, sequence: u64, length: u64) -> Part {
    Part { upload_id: upload, sequence, length, salt: [sequence as u8; 24], crc32: u32::MAX }
}

pub(crate) fn job<'a>(kind: &'a str, dedupe_key: Option<&'a str>, run_at: Timestamp) -> NewJob<'a> {
    NewJob { id: id::<JobId>(), kind, payload: "{}", dedupe_key, run_at, created_at: NOW }
}

pub(crate) fn day(days: i64) -> Epoch {
    Epoch::from_days(days)
}
