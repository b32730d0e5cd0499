//! Uploads in progress.
//!
//! A writer claims an upload, which gives it a lease until a time and a fence: a number that grows with every
//! claim. Everything a writer does names its fence, so that one whose lease ran out changes nothing any more
//! once another has come.

use sealpost_domain::{FileId, TenantId, Timestamp, TransferId, UploadId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    queries::LONGEST_LEASE,
    row::{column, rows},
    sql::statements,
    value::binds,
};

/// Where an upload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadState {
    /// All bytes of a partial upload are there; it waits to be joined.
    Complete,
    /// It is part of a file; the row says whose the objects under its prefix are.
    Joined,
    /// Bytes are missing.
    Open,
}

impl UploadState {
    /// The word in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Joined => "joined",
            Self::Open => "open",
        }
    }
}

column! {
    UploadState => text -> String, |word| match word.as_str() {
        "complete" => Ok(Self::Complete),
        "joined" => Ok(Self::Joined),
        "open" => Ok(Self::Open),
        _ => Err("no state of an upload".into()),
    };
}

rows! {
    /// An upload in progress.
    pub struct Upload {
        /// Its id, the prefix of its objects.
        pub id: UploadId,
        /// Its tenant.
        pub tenant_id: TenantId,
        /// Its transfer.
        pub transfer_id: TransferId,
        /// Where it stands.
        pub state: UploadState,
        /// Whether it is a piece of a file that is put together later.
        pub is_partial: bool,
        /// The file that it was joined into.
        pub file_id: Option<FileId>,
        /// Plaintext bytes when it is complete; `None` while that is not declared.
        pub length: Option<u64>,
        /// Plaintext bytes stored and acknowledged.
        pub received: u64,
        /// The sequence number of its next part.
        pub next_sequence: u64,
        /// Its key, wrapped by the content key; `None` once joined, or its transfer's purge has begun.
        pub upload_key: Option<Vec<u8>>,
        /// The `Upload-Metadata` header, sealed under the content key.
        pub metadata: Vec<u8>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it is given up.
        pub expires_at: Timestamp,
        /// Grows with every writer.
        pub fence: u64,
        /// Until when it belongs to the writer with this fence.
        pub leased_until: Timestamp,
    }

    /// An upload that was given up.
    pub struct ExpiredUpload {
        /// Its tenant.
        pub tenant_id: TenantId,
        /// Its transfer.
        pub transfer_id: TransferId,
        /// Its id.
        pub id: UploadId,
    }
}

/// An upload that is being made.
#[derive(Debug, Clone, Copy)]
pub struct NewUpload<'a> {
    /// Its id.
    pub id: UploadId,
    /// Its tenant.
    pub tenant_id: TenantId,
    /// Its transfer.
    pub transfer_id: TransferId,
    /// Whether it is a piece of a file that is put together later.
    pub is_partial: bool,
    /// Plaintext bytes when it is complete, if declared.
    pub length: Option<u64>,
    /// Its key, wrapped by the content key.
    pub upload_key: &'a [u8],
    /// The `Upload-Metadata` header, sealed under the content key.
    pub metadata: &'a [u8],
    /// Now.
    pub created_at: Timestamp,
    /// When it is given up.
    pub expires_at: Timestamp,
    /// A lease for whoever makes it and goes on to write (its fence is 1), or [`NewUpload::FREE`].
    pub leased_until: Timestamp,
}

impl NewUpload<'_> {
    /// No lease.
    pub const FREE: Timestamp = Timestamp::from_unix_millis(0);
    /// The fence of the writer that makes an upload.
    pub const FENCE: u64 = 1;
}

/// What came of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is the caller's until his lease ends; the row is as it stands now, with his fence.
    Claimed(Box<Upload>),
    /// Another writer has it.
    Held,
    /// There is no such upload (any more).
    Missing,
}

/// What a writer has stored.
#[derive(Debug, Clone, Copy)]
pub struct Advance {
    /// The upload.
    pub upload: UploadId,
    /// The writer's fence.
    pub fence: u64,
    /// Plaintext bytes stored from now on.
    pub received: u64,
    /// The sequence number of the next part.
    pub next_sequence: u64,
    /// When it is given up.
    pub expires_at: Timestamp,
    /// The writer's lease from now on; [`NewUpload::FREE`] if he has done.
    pub leased_until: Timestamp,
}

macro_rules! columns {
    () => {
        "id, tenant_id, transfer_id, state, is_partial, file_id, length, received, next_sequence, upload_key, \
         metadata, created_at, expires_at, fence, leased_until"
    };
}

statements! {
    INSERT = "INSERT INTO uploads (id, tenant_id, transfer_id, state, is_partial, length, received, next_sequence, \
        upload_key, metadata, created_at, expires_at, fence, leased_until) \
        VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, $8, $9, $10, $11, $12)";
    BY_ID = ["SELECT ", columns!(), " FROM uploads WHERE tenant_id = $1 AND id = $2"];
    UNJOINED = [
        "SELECT ", columns!(), " FROM uploads WHERE transfer_id = $1 AND state <> 'joined' ORDER BY id",
    ];
    IDS_OF_TRANSFER = "SELECT id AS value FROM uploads WHERE transfer_id = $1 \
        UNION ALL SELECT upload_id AS value FROM removed_uploads WHERE transfer_id = $1 ORDER BY value";
    CLAIM = [
        "UPDATE uploads SET fence = fence + 1, leased_until = $4 \
         WHERE tenant_id = $1 AND id = $2 AND (leased_until <= $3 OR leased_until > $5) AND state <> 'joined' RETURNING ",
        columns!(),
    ];
    EXISTS = "SELECT EXISTS (SELECT 1 FROM uploads WHERE tenant_id = $1 AND id = $2 AND state <> 'joined') AS value";
    RENEW = "UPDATE uploads SET leased_until = $3 WHERE id = $1 AND fence = $2";
    FENCE_OFF = "UPDATE uploads SET fence = fence + 1, upload_key = NULL WHERE transfer_id = $1 AND state <> 'joined'";
    RELEASE_ALL = "UPDATE uploads SET leased_until = 0, fence = fence + 1 WHERE leased_until > 0";
    ADVANCE = "UPDATE uploads SET received = $3, next_sequence = $4, expires_at = $5, leased_until = $6 \
        WHERE id = $1 AND fence = $2 AND state = 'open'";
    SET_LENGTH = "UPDATE uploads SET length = $3 WHERE id = $1 AND fence = $2 AND length IS NULL AND received <= $3";
    COMPLETE = "UPDATE uploads SET state = 'complete', leased_until = 0 WHERE id = $1 AND fence = $2 \
        AND state = 'open' AND received = length";
    JOIN = "UPDATE uploads SET state = 'joined', file_id = $3, upload_key = NULL \
        WHERE transfer_id = $1 AND id = $2 AND state = 'complete'";
    /// Whoever claimed a piece before it was joined must not take it out of the file.
    DELETE = "DELETE FROM uploads WHERE id = $1 AND fence = $2 AND state <> 'joined'";
    DELETE_PIECES = "DELETE FROM uploads WHERE transfer_id = $1 AND file_id = $2 AND state = 'joined' RETURNING id AS value";
    EXPIRED = "SELECT tenant_id, transfer_id, id FROM uploads \
        WHERE state <> 'joined' AND expires_at <= $1 AND (leased_until <= $1 OR leased_until > $3) \
        ORDER BY expires_at LIMIT $2";
    /// The ids come as one BLOB, 16 bytes each: neither engine has the other's arrays.
    UNOWNED = {
        postgres: "SELECT o.id AS value FROM ( \
            SELECT encode(substr($1::bytea, i, 16), 'hex')::uuid AS id \
            FROM generate_series(1, length($1::bytea), 16) AS i) AS o \
            WHERE NOT EXISTS (SELECT 1 FROM uploads u WHERE u.id = o.id) \
            AND NOT EXISTS (SELECT 1 FROM files f WHERE f.id = o.id) \
            AND NOT EXISTS (SELECT 1 FROM transfers t WHERE t.id = o.id) \
            AND NOT EXISTS (SELECT 1 FROM tenants n WHERE n.id = o.id)",
        sqlite: "WITH RECURSIVE places (i) AS ( \
            SELECT 1 WHERE length($1) > 0 UNION ALL SELECT i + 16 FROM places WHERE i + 16 <= length($1)), \
            o (id) AS (SELECT substr($1, i, 16) FROM places) \
            SELECT o.id AS value FROM o WHERE NOT EXISTS (SELECT 1 FROM uploads u WHERE u.id = o.id) \
            AND NOT EXISTS (SELECT 1 FROM files f WHERE f.id = o.id) \
            AND NOT EXISTS (SELECT 1 FROM transfers t WHERE t.id = o.id) \
            AND NOT EXISTS (SELECT 1 FROM tenants n WHERE n.id = o.id)",
    };
}

impl Conn {
    /// The tenant's upload with this id.
    pub async fn upload(&mut self, tenant: TenantId, id: UploadId) -> Result<Option<Upload>, DbError> {
        self.optional(&BY_ID, binds![tenant, id]).await
    }

    /// The uploads of a transfer that are no pieces of a file yet, in the order in which they were made.
    pub async fn unjoined_uploads(&mut self, transfer: TransferId) -> Result<Vec<Upload>, DbError> {
        self.all(&UNJOINED, binds![transfer]).await
    }

    /// The ids of all uploads of a transfer, joined ones too, and those that were removed but whose objects may be there:
    /// the prefixes of their objects.
    pub async fn upload_ids(&mut self, transfer: TransferId) -> Result<Vec<UploadId>, DbError> {
        self.all(&IDS_OF_TRANSFER, binds![transfer]).await
    }

    /// Uploads that nobody went on with and nobody has a lease on at `now`, of all tenants, longest dead
    /// first.
    pub async fn expired_uploads(
        &mut self,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<ExpiredUpload>, DbError> {
        self.all(&EXPIRED, binds![now, limit, now + LONGEST_LEASE]).await
    }

    /// Those of these uploads that neither an upload nor a file has anything to do with, nor is a transfer or tenant of that id
    /// there, whose records lie in copies: their objects are orphans.
    pub async fn unowned_uploads(&mut self, ids: &[UploadId]) -> Result<Vec<UploadId>, DbError> {
        let packed = ids.iter().map(|id| id.into_bytes()).collect::<Vec<_>>().concat();
        self.all(&UNOWNED, binds![&packed]).await
    }
}

impl Tx {
    /// Adds an upload of which nothing is there yet. [`DbError::MissingReference`] if the transfer is gone.
    pub async fn insert_upload(&mut self, u: &NewUpload<'_>) -> Result<(), DbError> {
        let fence = if u.leased_until == NewUpload::FREE { 0 } else { NewUpload::FENCE };
        let row = binds![
            u.id,
            u.tenant_id,
            u.transfer_id,
            UploadState::Open.as_str(),
            u.is_partial,
            u.length,
            u.upload_key,
            u.metadata,
            u.created_at,
            u.expires_at,
            fence,
            u.leased_until,
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Claims an upload until `lease_end`, unless another writer's lease has not ended at `now`. A joined one is
    /// nobody's to claim: [`Claim::Missing`]. A lease that ends more than an hour after `now` binds nobody.
    pub async fn claim_upload(
        &mut self,
        tenant: TenantId,
        id: UploadId,
        now: Timestamp,
        lease_end: Timestamp,
    ) -> Result<Claim, DbError> {
        let claim = binds![tenant, id, now, lease_end, now + LONGEST_LEASE];
        if let Some(upload) = self.optional(&CLAIM, claim).await? {
            return Ok(Claim::Claimed(Box::new(upload)));
        }
        let exists: bool = self.one(&EXISTS, binds![tenant, id]).await?;
        Ok(if exists { Claim::Held } else { Claim::Missing })
    }

    /// A longer lease. `false` if another writer has come.
    pub async fn renew_upload(
        &mut self,
        id: UploadId,
        fence: u64,
        lease_end: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&RENEW, binds![id, fence, lease_end]).await
    }

    /// Gives the lease back. `false` if another writer has come.
    pub async fn release_upload(&mut self, id: UploadId, fence: u64) -> Result<bool, DbError> {
        self.changes(&RENEW, binds![id, fence, NewUpload::FREE]).await
    }

    /// Overtakes every writer of a transfer that is being purged, and takes the keys away that another would need: no part
    /// gets a row any more. Says how many uploads there are.
    pub async fn fence_off_uploads(&mut self, transfer: TransferId) -> Result<u64, DbError> {
        self.execute(&FENCE_OFF, binds![transfer]).await
    }

    /// Takes every writer's lease away and says how many there were: for a node that is the only one, at its start.
    pub async fn release_all_uploads(&mut self) -> Result<u64, DbError> {
        self.execute(&RELEASE_ALL, binds![]).await
    }

    /// Notes what was stored. `false` if another writer has come or the upload is complete: then roll back.
    pub async fn advance_upload(&mut self, a: &Advance) -> Result<bool, DbError> {
        let place = binds![a.upload, a.fence, a.received, a.next_sequence, a.expires_at, a.leased_until];
        self.changes(&ADVANCE, place).await
    }

    /// Declares a deferred length. `false` if another writer has come, it was declared, or more has come
    /// already.
    pub async fn set_upload_length(
        &mut self,
        id: UploadId,
        fence: u64,
        length: u64,
    ) -> Result<bool, DbError> {
        self.changes(&SET_LENGTH, binds![id, fence, length]).await
    }

    /// All bytes of a partial upload are there; ends the lease. `false` if they are not, or another writer
    /// has come.
    pub async fn complete_upload(&mut self, id: UploadId, fence: u64) -> Result<bool, DbError> {
        self.changes(&COMPLETE, binds![id, fence]).await
    }

    /// Makes a complete partial upload of this transfer a piece of `file`; its key is in the manifest from
    /// now on. `false` if it is not complete or is a piece of another file already.
    pub async fn join_upload(
        &mut self,
        transfer: TransferId,
        id: UploadId,
        file: FileId,
    ) -> Result<bool, DbError> {
        self.changes(&JOIN, binds![transfer, id, file]).await
    }

    /// Removes an upload and its parts' rows. `false` if another writer has come, or it was joined since.
    pub async fn delete_upload(&mut self, id: UploadId, fence: u64) -> Result<bool, DbError> {
        self.changes(&DELETE, binds![id, fence]).await
    }

    /// Removes the uploads that were joined into a file, and gives their ids: the prefixes of its objects.
    pub async fn delete_pieces(
        &mut self,
        transfer: TransferId,
        file: FileId,
    ) -> Result<Vec<UploadId>, DbError> {
        self.all(&DELETE_PIECES, binds![transfer, file]).await
    }
}
