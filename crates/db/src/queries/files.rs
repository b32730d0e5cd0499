//! Complete files.

use sealpost_domain::{FileId, TenantId, Timestamp, TransferId, UploadId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A complete file of a transfer.
    pub struct File {
        /// Its id; that of its upload, if it came in one piece.
        pub id: FileId,
        /// Its tenant.
        pub tenant_id: TenantId,
        /// Its transfer.
        pub transfer_id: TransferId,
        /// Its key, wrapped by the content key.
        pub file_key: Vec<u8>,
        /// Its manifest, sealed under its key.
        pub manifest: Vec<u8>,
        /// The `Upload-Metadata` header, sealed under the content key.
        pub metadata: Vec<u8>,
        /// Its plaintext bytes.
        pub length: u64,
        /// The parts in its manifest.
        pub objects: u64,
        /// When its last byte was in.
        pub created_at: Timestamp,
        /// The word for what it is: a `FileKind`; `None` if nobody looked.
        pub kind: Option<String>,
        /// What was found in it, sealed under the content key.
        pub findings: Option<Vec<u8>>,
        /// What the malware scanner has said of it: `clean` or `too_big`.
        pub scan: Option<String>,
        /// Its key that the sender has sealed, and that under the content key. So is the manifest that follows.
        pub sender_file_key: Option<Vec<u8>>,
        /// The sender's manifest of what he has sealed.
        pub sender_manifest: Option<Vec<u8>>,
        /// Words for what its sender's program states it to be, with blanks between; `None` if it states nothing.
        pub stated_kinds: Option<String>,
        /// The version of the policy by which it has looked.
        pub stated_policy: Option<u64>,
    }

    /// A file without its manifest, which may be large.
    pub struct FileEntry {
        /// Its id.
        pub id: FileId,
        /// The `Upload-Metadata` header, sealed under the content key.
        pub metadata: Vec<u8>,
        /// Its plaintext bytes.
        pub length: u64,
        /// The parts in its manifest.
        pub objects: u64,
        /// When its last byte was in.
        pub created_at: Timestamp,
        /// The word for what it is: a `FileKind`; `None` if nobody looked.
        pub kind: Option<String>,
        /// What was found in it, sealed under the content key.
        pub findings: Option<Vec<u8>>,
        /// What the malware scanner has said of it: `clean` or `too_big`.
        pub scan: Option<String>,
        /// Words for what its sender's program states it to be, with blanks between; `None` if it states nothing.
        pub stated_kinds: Option<String>,
        /// The version of the policy by which it has looked.
        pub stated_policy: Option<u64>,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, transfer_id, file_key, manifest, metadata, length, objects, created_at, kind, findings, scan, \
         sender_file_key, sender_manifest, stated_kinds, stated_policy"
    };
}

statements! {
    INSERT = ["INSERT INTO files (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"];
    BY_ID = ["SELECT ", columns!(), " FROM files WHERE transfer_id = $1 AND id = $2"];
    OF_TENANT = ["SELECT ", columns!(), " FROM files WHERE tenant_id = $1 AND id = $2"];
    OF_TRANSFER = ["SELECT ", columns!(), " FROM files WHERE transfer_id = $1 ORDER BY id"];
    ENTRIES = "SELECT id, metadata, length, objects, created_at, kind, findings, scan, stated_kinds, stated_policy FROM files \
        WHERE transfer_id = $1 ORDER BY id";
    SET_FINDINGS = "UPDATE files SET kind = $3, findings = $4 WHERE transfer_id = $1 AND id = $2";
    SET_SCAN = "UPDATE files SET scan = $3 WHERE transfer_id = $1 AND id = $2";
    DELETE = "DELETE FROM files WHERE transfer_id = $1 AND id = $2";
}

impl Conn {
    /// The transfer's file with this id.
    pub async fn file(&mut self, transfer: TransferId, id: FileId) -> Result<Option<File>, DbError> {
        self.optional(&BY_ID, binds![transfer, id]).await
    }

    /// The tenant's file with this id, in whichever transfer.
    pub async fn file_of_tenant(&mut self, tenant: TenantId, id: FileId) -> Result<Option<File>, DbError> {
        self.optional(&OF_TENANT, binds![tenant, id]).await
    }

    /// The files of a transfer with their manifests, in the order of their ids.
    pub async fn files_of_transfer(&mut self, transfer: TransferId) -> Result<Vec<File>, DbError> {
        self.all(&OF_TRANSFER, binds![transfer]).await
    }

    /// The files of a transfer without their manifests, in the order of their ids.
    pub async fn file_entries(&mut self, transfer: TransferId) -> Result<Vec<FileEntry>, DbError> {
        self.all(&ENTRIES, binds![transfer]).await
    }
}

impl Tx {
    /// Adds a file. [`DbError::MissingReference`] if the transfer is gone.
    pub async fn insert_file(&mut self, f: &File) -> Result<(), DbError> {
        let row = binds![
            f.id,
            f.tenant_id,
            f.transfer_id,
            &f.file_key,
            &f.manifest,
            &f.metadata,
            f.length,
            f.objects,
            f.created_at,
            f.kind.as_deref(),
            f.findings.as_deref(),
            f.scan.as_deref(),
            f.sender_file_key.as_deref(),
            f.sender_manifest.as_deref(),
            f.stated_kinds.as_deref(),
            f.stated_policy,
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Turns an upload whose last byte is in into a file: the upload and its parts' rows go. `false`, and
    /// nothing is done, if another writer has come.
    ///
    /// The transfer's row must be locked before ([`Self::reserve`], [`Self::transfer_for_update`]): a purge
    /// locks it first and the upload then, and on PostgreSQL the other order could be a deadlock.
    pub async fn seal_upload(&mut self, upload: UploadId, fence: u64, file: &File) -> Result<bool, DbError> {
        if !self.delete_upload(upload, fence).await? {
            return Ok(false);
        }
        self.insert_file(file).await?;
        Ok(true)
    }

    /// Notes what was found in a file that nobody had looked into. `false` if it is gone.
    pub async fn set_findings(
        &mut self,
        transfer: TransferId,
        id: FileId,
        kind: &str,
        findings: &[u8],
    ) -> Result<bool, DbError> {
        self.changes(&SET_FINDINGS, binds![transfer, id, kind, findings]).await
    }

    /// Notes what the malware scanner has said of a file, so that it is not shown to it again. `false` if it is gone.
    pub async fn set_file_scan(
        &mut self,
        transfer: TransferId,
        id: FileId,
        word: &str,
    ) -> Result<bool, DbError> {
        self.changes(&SET_SCAN, binds![transfer, id, word]).await
    }

    /// Removes a file's row. `false` if there is none.
    pub async fn delete_file(&mut self, transfer: TransferId, id: FileId) -> Result<bool, DbError> {
        self.changes(&DELETE, binds![transfer, id]).await
    }
}
