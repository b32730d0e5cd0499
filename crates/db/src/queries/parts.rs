//! The parts of uploads in progress. Those of a file are in its manifest.

use sealpost_domain::UploadId;

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A stored slice of an upload.
    pub struct Part {
        /// Its upload.
        pub upload_id: UploadId,
        /// Its number in the upload, from 0.
        pub sequence: u64,
        /// Its plaintext bytes.
        pub length: u64,
        /// The salt of the attempt that was stored; names the object.
        pub salt: [u8; 24],
        /// CRC-32 of its plaintext.
        pub crc32: u32,
    }
}

statements! {
    INSERT = "INSERT INTO parts (upload_id, sequence, length, salt, crc32) VALUES ($1, $2, $3, $4, $5)";
    REPLACE = "UPDATE parts SET length = $4, salt = $5, crc32 = $6 WHERE upload_id = $1 AND sequence = $2 AND salt = $3";
    OF_UPLOAD = "SELECT upload_id, sequence, length, salt, crc32 FROM parts WHERE upload_id = $1 ORDER BY sequence";
    LAST = "SELECT upload_id, sequence, length, salt, crc32 FROM parts WHERE upload_id = $1 \
        ORDER BY sequence DESC LIMIT 1";
    DELETE = "DELETE FROM parts WHERE upload_id = $1";
}

impl Conn {
    /// The parts of an upload in order.
    pub async fn parts_of_upload(&mut self, upload: UploadId) -> Result<Vec<Part>, DbError> {
        self.all(&OF_UPLOAD, binds![upload]).await
    }

    /// The last part of an upload.
    pub async fn last_part(&mut self, upload: UploadId) -> Result<Option<Part>, DbError> {
        self.optional(&LAST, binds![upload]).await
    }
}

impl Tx {
    /// Adds a part, in the transaction that advances its upload, which is what checks the fence.
    /// [`DbError::AlreadyExists`] if there is one with this number: another writer has come.
    pub async fn insert_part(&mut self, p: &Part) -> Result<(), DbError> {
        self.execute(&INSERT, binds![p.upload_id, p.sequence, p.length, &p.salt, p.crc32]).await.map(drop)
    }

    /// Puts a longer part in the place of the short tail with the salt `old`. `false` if the tail is another
    /// one.
    pub async fn replace_part(&mut self, old: &[u8; 24], p: &Part) -> Result<bool, DbError> {
        self.changes(&REPLACE, binds![p.upload_id, p.sequence, old, p.length, &p.salt, p.crc32]).await
    }

    /// Removes the rows of an upload's parts and says how many there were.
    pub async fn delete_parts_of_upload(&mut self, upload: UploadId) -> Result<u64, DbError> {
        self.execute(&DELETE, binds![upload]).await
    }
}
