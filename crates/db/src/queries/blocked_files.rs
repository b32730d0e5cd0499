//! Files that nobody in a tenant may send, and where they are.

use sealpost_domain::{BlockedFileId, FileId, TenantId, Timestamp, TransferId, UserId, rules::Inspection};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A file that nobody in a tenant may send.
    pub struct BlockedFile {
        /// Which.
        pub id: BlockedFileId,
        /// The tenant.
        pub tenant_id: TenantId,
        /// HMAC of its SHA-256 under the tenant key; unique in the tenant.
        pub digest: [u8; 32],
        /// Its SHA-256, sealed under the tenant key.
        pub hash: Vec<u8>,
        /// Why nobody may send it, sealed under the tenant key.
        pub note: Vec<u8>,
        /// Its bytes, if they are known.
        pub length: Option<u64>,
        /// By whom; `None`: the operator.
        pub blocked_by: Option<UserId>,
        /// Since when.
        pub created_at: Timestamp,
        /// When everything that was there had been compared.
        pub searched_at: Option<Timestamp>,
        /// Transfers that the search has blocked.
        pub found: u64,
        /// Files that the search could not read.
        pub unreadable: u64,
    }

    /// A file that may be one that is blocked.
    pub struct SuspectFile {
        /// Its transfer.
        pub transfer_id: TransferId,
        /// Which.
        pub id: FileId,
        /// Its bytes.
        pub length: u64,
        /// HMAC of its SHA-256, if anybody had to know.
        pub digest: Option<Vec<u8>>,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, digest, hash, note, length, blocked_by, created_at, searched_at, found, unreadable"
    };
}

statements! {
    INSERT = ["INSERT INTO blocked_files (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"];
    BY_ID = ["SELECT ", columns!(), " FROM blocked_files WHERE tenant_id = $1 AND id = $2"];
    OF_TENANT = ["SELECT ", columns!(), " FROM blocked_files WHERE tenant_id = $1 ORDER BY id DESC LIMIT $2"];
    COUNT = "SELECT COUNT(*) AS value FROM blocked_files WHERE tenant_id = $1";
    HAS_DIGEST = "SELECT COUNT(*) AS value FROM blocked_files WHERE tenant_id = $1 AND digest = $2";
    DELETE = "DELETE FROM blocked_files WHERE tenant_id = $1 AND id = $2";
    SET_SEARCHED = "UPDATE blocked_files SET searched_at = $2, found = $3, unreadable = $4 WHERE id = $1";
    /// Files of a transfer whose length is one of the list's.
    SUSPECTS_OF_TRANSFER = "SELECT f.transfer_id, f.id, f.length, f.digest FROM files f WHERE f.transfer_id = $1 AND EXISTS \
        (SELECT 1 FROM blocked_files b WHERE b.tenant_id = f.tenant_id AND (b.length IS NULL OR b.length = f.length)) \
        ORDER BY f.id";
    /// In the order of the index by length, which serves a search for one length and for any.
    SUSPECTS = "SELECT f.transfer_id, f.id, f.length, f.digest FROM files f \
        JOIN transfers t ON t.id = f.transfer_id WHERE f.tenant_id = $1 AND (f.length, f.id) > ($2, $3) AND f.length <= $4 \
        AND t.state IN ('sealed', 'available', 'blocked') ORDER BY f.length, f.id LIMIT $5";
    SET_DIGEST = "UPDATE files SET digest = $3 WHERE transfer_id = $1 AND id = $2";
    SET_LISTED = "UPDATE transfers SET state = 'blocked', inspection = $2, inspection_since = $3, \
        blocked_at = CASE WHEN blocked_at IS NULL THEN $3 ELSE blocked_at END \
        WHERE id = $1 AND state IN ('available', 'blocked')";
}

impl Conn {
    /// The tenant's blocked file with this id.
    pub async fn blocked_file(
        &mut self,
        tenant: TenantId,
        id: BlockedFileId,
    ) -> Result<Option<BlockedFile>, DbError> {
        self.optional(&BY_ID, binds![tenant, id]).await
    }

    /// At most `limit` of the tenant's blocked files, newest first.
    pub async fn blocked_files(&mut self, tenant: TenantId, limit: u32) -> Result<Vec<BlockedFile>, DbError> {
        self.all(&OF_TENANT, binds![tenant, limit]).await
    }

    /// How many blocked files a tenant has.
    pub async fn count_blocked_files(&mut self, tenant: TenantId) -> Result<u64, DbError> {
        self.one(&COUNT, binds![tenant]).await
    }

    /// Whether nobody in the tenant may send what has this digest.
    pub async fn is_blocked_file(&mut self, tenant: TenantId, digest: &[u8; 32]) -> Result<bool, DbError> {
        Ok(self.one::<u64>(&HAS_DIGEST, binds![tenant, digest]).await? > 0)
    }

    /// Files of a transfer that may be blocked ones: by their lengths.
    pub async fn suspect_files(&mut self, transfer: TransferId) -> Result<Vec<SuspectFile>, DbError> {
        self.all(&SUSPECTS_OF_TRANSFER, binds![transfer]).await
    }

    /// At most `limit` files of this length, or of any, in what a tenant has sent and is not over; in the order of their
    /// lengths and ids, beginning after `after`.
    pub async fn suspect_files_after(
        &mut self,
        tenant: TenantId,
        length: Option<u64>,
        after: Option<(u64, FileId)>,
        limit: u32,
    ) -> Result<Vec<SuspectFile>, DbError> {
        let first = (length.unwrap_or(0), uuid::Uuid::nil());
        let (from, id) = after.map_or(first, |(length, id)| (length, id.as_uuid()));
        let longest = length.unwrap_or(i64::MAX.unsigned_abs());
        self.all(&SUSPECTS, binds![tenant, from, id, longest, limit]).await
    }
}

impl Tx {
    /// Adds a blocked file. [`DbError::AlreadyExists`] if the tenant has blocked the same bytes.
    pub async fn insert_blocked_file(&mut self, b: &BlockedFile) -> Result<(), DbError> {
        let row = binds![
            b.id,
            b.tenant_id,
            &b.digest,
            &b.hash,
            &b.note,
            b.length,
            b.blocked_by,
            b.created_at,
            b.searched_at,
            b.found,
            b.unreadable,
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Removes a blocked file. `false` if there is none.
    pub async fn remove_blocked_file(
        &mut self,
        tenant: TenantId,
        id: BlockedFileId,
    ) -> Result<bool, DbError> {
        self.changes(&DELETE, binds![tenant, id]).await
    }

    /// Notes what the search for a blocked file has come to.
    pub async fn set_blocked_file_searched(
        &mut self,
        id: BlockedFileId,
        at: Timestamp,
        found: u64,
        unreadable: u64,
    ) -> Result<bool, DbError> {
        self.changes(&SET_SEARCHED, binds![id, at, found, unreadable]).await
    }

    /// Notes a file's digest. `false` if the file is gone.
    pub async fn set_file_digest(
        &mut self,
        transfer: TransferId,
        id: FileId,
        digest: &[u8; 32],
    ) -> Result<bool, DbError> {
        self.changes(&SET_DIGEST, binds![transfer, id, digest]).await
    }

    /// Blocks a transfer for good in which a blocked file is. `false` unless it was available, or blocked already.
    pub async fn set_listed(&mut self, id: TransferId, at: Timestamp) -> Result<bool, DbError> {
        self.changes(&SET_LISTED, binds![id, Inspection::Listed.as_str(), at]).await
    }
}
