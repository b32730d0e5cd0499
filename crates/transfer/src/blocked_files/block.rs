//! The list itself: a file comes onto it, and off it.

use sealpost_auth::ManageGrant;
use sealpost_db::{BlockedFile, DbError};
use sealpost_domain::{BlockedFileId, FileId, Job, Timestamp, TransferId, UserId};
use sealpost_sealed::random_bytes;
use serde_json::json;

use super::{
    digest::{Readable, digest},
    place,
};
use crate::{Service, TransferError};

/// Most files that a tenant can block.
const MOST: u64 = 10_000;
/// Most that are listed.
const LISTED: u32 = 10_000;
/// Longest note in characters.
const MAX_NOTE_CHARS: usize = 500;

/// Which file nobody may send any more.
#[derive(Debug, Clone)]
pub enum Blocked {
    /// One that was sent. Its bytes are read once, which takes about as long as fetching it.
    File(TransferId, FileId),
    /// The one with this SHA-256, of so many bytes if that is known: else every file has to be compared.
    Hash([u8; 32], Option<u64>),
}

/// A file that nobody may send any more, and why.
#[derive(Debug, Clone)]
pub struct NewBlockedFile {
    /// Which.
    pub which: Blocked,
    /// Why; may be empty.
    pub note: String,
}

/// A file that nobody may send.
#[derive(Debug, Clone)]
pub struct BlockedFileView {
    /// Its entry.
    pub id: BlockedFileId,
    /// Its SHA-256.
    pub sha256: [u8; 32],
    /// Its bytes, if they are known.
    pub length: Option<u64>,
    /// Why; may be empty.
    pub note: String,
    /// By whom; `None`: the operator.
    pub blocked_by: Option<UserId>,
    /// Since when.
    pub created_at: Timestamp,
    /// When everything that was there had been compared; `None`: not yet.
    pub searched_at: Option<Timestamp>,
    /// Transfers that the search has blocked.
    pub found: u64,
    /// Files that the search could not read: a password protects them.
    pub unreadable: u64,
}

impl Service {
    /// Blocks a file: nobody in the tenant sends it from now on, and what was sent with it is found and blocked.
    ///
    /// # Errors
    /// [`TransferError::NotFound`] for a file that is not there, [`TransferError::NotReady`] for one that a password
    /// protects from the service, [`TransferError::Exists`] for one that is blocked already, [`TransferError::Invalid`].
    pub async fn block_file(
        &self,
        grant: &ManageGrant,
        new: NewBlockedFile,
    ) -> Result<BlockedFileView, TransferError> {
        let note = new.note.trim();
        if note.chars().count() > MAX_NOTE_CHARS {
            return Err(TransferError::Invalid("a note has at most 500 characters"));
        }
        let (sha256, length) = match new.which {
            Blocked::Hash(sha256, length) => (sha256, length),
            Blocked::File(transfer, file) => {
                let (sha256, length) = self.sha256_of_sent(grant, transfer, file).await?;
                (sha256, Some(length))
            }
        };
        let (tenant, key, now) = (grant.tenant(), grant.tenant_key(), self.now());
        let id = BlockedFileId::new(now, random_bytes(self.random()));
        let seal = |name, bytes: &[u8]| key.seal_column(place(tenant, id, name), bytes, self.random());
        let row = BlockedFile {
            id,
            tenant_id: tenant,
            digest: digest(key, &sha256),
            hash: seal("blocked_files.hash", &sha256),
            note: seal("blocked_files.note", note.as_bytes()),
            length,
            blocked_by: grant.actor().user(),
            created_at: now,
            searched_at: None,
            found: 0,
            unreadable: 0,
        };
        let mut tx = self.db().write().await?;
        if tx.count_blocked_files(tenant).await? >= MOST {
            return Err(TransferError::Invalid("a tenant can block at most 10000 files"));
        }
        tx.insert_blocked_file(&row).await.map_err(|error| match error {
            DbError::AlreadyExists(_) => TransferError::Exists,
            error => error.into(),
        })?;
        self.enqueue(&mut tx, &Job::FindBlockedFile { tenant, file: id }, now).await?;
        grant.record(&mut tx, now, "file.blocked", json!({ "blocked_file": id })).await?;
        tx.commit().await?;
        view(grant, &row)
    }

    /// Takes a file off the list. What was blocked for it stays blocked.
    ///
    /// # Errors
    /// [`TransferError::NotFound`].
    pub async fn unblock_file(&self, grant: &ManageGrant, id: BlockedFileId) -> Result<(), TransferError> {
        let mut tx = self.db().write().await?;
        if !tx.remove_blocked_file(grant.tenant(), id).await? {
            return Err(TransferError::NotFound);
        }
        grant.record(&mut tx, self.now(), "file.unblocked", json!({ "blocked_file": id })).await?;
        Ok(tx.commit().await?)
    }

    /// What nobody in the tenant may send, newest first.
    ///
    /// # Errors
    /// [`TransferError::Damaged`] if a row was changed.
    pub async fn blocked_files(&self, grant: &ManageGrant) -> Result<Vec<BlockedFileView>, TransferError> {
        let rows = self.db().read().await?.blocked_files(grant.tenant(), LISTED).await?;
        rows.iter().map(|row| view(grant, row)).collect()
    }

    async fn sha256_of_sent(
        &self,
        grant: &ManageGrant,
        transfer: TransferId,
        file: FileId,
    ) -> Result<([u8; 32], u64), TransferError> {
        let mut conn = self.db().read().await?;
        let row = conn.transfer(grant.tenant(), transfer).await?;
        let (row, tenant) = row.zip(conn.tenant(grant.tenant()).await?).ok_or(TransferError::NotFound)?;
        drop(conn);
        let transfer = self.unlock(row).await?;
        let content_key = transfer.content_key()?.ok_or(TransferError::NotReady(
            "the service cannot read it, for a password protects it: block it by the SHA-256 of its bytes",
        ))?;
        let from = Readable { transfer: &transfer, content_key: &content_key, container: &tenant.container };
        self.sha256_of(&from, file).await
    }
}

fn view(grant: &ManageGrant, row: &BlockedFile) -> Result<BlockedFileView, TransferError> {
    let at = |name| place(row.tenant_id, row.id, name);
    let hash = grant.tenant_key().open_column(at("blocked_files.hash"), &row.hash)?;
    Ok(BlockedFileView {
        id: row.id,
        sha256: hash.as_slice().try_into().map_err(|_| TransferError::Damaged)?,
        length: row.length,
        note: grant.tenant_key().open_text(at("blocked_files.note"), &row.note)?,
        blocked_by: row.blocked_by,
        created_at: row.created_at,
        searched_at: row.searched_at,
        found: row.found,
        unreadable: row.unreadable,
    })
}
