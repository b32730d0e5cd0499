//! What was fetched by whom.

use sealpost_domain::{FileId, RecipientId, Timestamp, TransferId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A file that a recipient has fetched to its last byte.
    pub struct Download {
        /// The recipient.
        pub recipient_id: RecipientId,
        /// The file.
        pub file_id: FileId,
        /// The transfer.
        pub transfer_id: TransferId,
        /// When it was fetched first.
        pub first_at: Timestamp,
        /// When it was fetched last.
        pub last_at: Timestamp,
        /// How often.
        pub times: u64,
    }
}

statements! {
    RECORD = "INSERT INTO downloads (recipient_id, file_id, transfer_id, first_at, last_at, times) \
        VALUES ($1, $2, $3, $4, $4, 1) ON CONFLICT (recipient_id, file_id) DO UPDATE \
        SET last_at = excluded.last_at, times = downloads.times + 1 RETURNING times AS value";
    OF_TRANSFER = "SELECT recipient_id, file_id, transfer_id, first_at, last_at, times FROM downloads \
        WHERE transfer_id = $1 ORDER BY recipient_id, file_id";
}

impl Conn {
    /// What was fetched of a transfer, by recipient and file.
    pub async fn downloads_of_transfer(&mut self, transfer: TransferId) -> Result<Vec<Download>, DbError> {
        self.all(&OF_TRANSFER, binds![transfer]).await
    }
}

impl Tx {
    /// Notes that a file was fetched to its last byte, and says how often by now.
    pub async fn record_download(
        &mut self,
        transfer: TransferId,
        recipient: RecipientId,
        file: FileId,
        at: Timestamp,
    ) -> Result<u64, DbError> {
        self.one(&RECORD, binds![recipient, file, transfer, at]).await
    }
}
