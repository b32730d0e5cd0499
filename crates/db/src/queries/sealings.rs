//! What senders have sealed by themselves.

use sealpost_domain::{FileId, TransferId, TransferState};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    sql::statements,
    value::binds,
};

/// What a sender has sealed of a transfer.
#[derive(Debug, Clone, Copy)]
pub struct TransferSealing<'a> {
    /// SHA-256 of what shows that somebody has the whole secret.
    pub proof_hash: &'a [u8; 32],
    /// The content key that he has sealed, and that under the transfer key. So are subject and message.
    pub content_key: &'a [u8],
    /// Salt and costs of the password key; `None` without a password.
    pub password_parameters: Option<&'a [u8]>,
    /// The subject.
    pub subject: Option<&'a [u8]>,
    /// The message.
    pub message: Option<&'a [u8]>,
    /// Which files and words belong to it.
    pub contents: Option<&'a [u8]>,
}

/// What an uploader has sealed of a submission beside the keys.
#[derive(Debug, Clone, Copy)]
pub struct SealedWords<'a> {
    /// The subject, and that under the transfer key. So are the two that follow.
    pub subject: Option<&'a [u8]>,
    /// The message.
    pub message: Option<&'a [u8]>,
    /// Which files and words belong to it.
    pub contents: Option<&'a [u8]>,
}

/// What a sender's program states of a file that it has sealed.
#[derive(Debug, Clone, Copy)]
pub struct StatedFile<'a> {
    /// Words for what it is, with blanks between.
    pub kinds: &'a str,
    /// The version of the policy by which it has looked.
    pub policy_version: u64,
}

statements! {
    SET_OF_TRANSFER = "UPDATE transfers SET proof_hash = $3, sender_content_key = $4, password_parameters = $5, \
        sender_subject = $6, sender_message = $7, sender_contents = $8 WHERE id = $1 AND state = $2 AND mode = 'zero_knowledge'";
    SET_WORDS = "UPDATE transfers SET sender_subject = $3, sender_message = $4, sender_contents = $5 \
        WHERE id = $1 AND state = $2 AND mode = 'zero_knowledge'";
    SET_OF_FILE = "UPDATE files SET sender_file_key = $3, sender_manifest = $4, stated_kinds = $5, stated_policy = $6 \
        WHERE transfer_id = $1 AND id = $2";
    FORGET_CONTENTS = "UPDATE transfers SET sender_contents = NULL WHERE id = $1 AND sender_contents IS NOT NULL";
    FILES_WITHOUT = "SELECT COUNT(*) AS value FROM files WHERE transfer_id = $1 AND sender_manifest IS NULL";
}

impl Conn {
    /// How many of a transfer's files their sender has sealed no manifest of.
    pub async fn files_without_sealing(&mut self, id: TransferId) -> Result<u64, DbError> {
        self.one(&FILES_WITHOUT, binds![id]).await
    }
}

impl Tx {
    /// What the sender has sealed of a draft is this from now on. `false`: no draft that he seals.
    pub async fn set_transfer_sealing(
        &mut self,
        id: TransferId,
        s: &TransferSealing<'_>,
    ) -> Result<bool, DbError> {
        let row = binds![
            id,
            TransferState::Draft,
            s.proof_hash,
            s.content_key,
            s.password_parameters,
            s.subject,
            s.message,
            s.contents
        ];
        self.changes(&SET_OF_TRANSFER, row).await
    }

    /// What an uploader has sealed beside the keys is this from now on. `false`: no draft that he seals.
    pub async fn set_sealed_words(
        &mut self,
        id: TransferId,
        words: SealedWords<'_>,
    ) -> Result<bool, DbError> {
        let row = binds![id, TransferState::Draft, words.subject, words.message, words.contents];
        self.changes(&SET_WORDS, row).await
    }

    /// What the sender has said of which files belong to a transfer does not hold any more: there are others.
    pub async fn forget_sealed_contents(&mut self, id: TransferId) -> Result<(), DbError> {
        self.execute(&FORGET_CONTENTS, binds![id]).await.map(drop)
    }

    /// What the sender has sealed of a file, and states of it, is this from now on. `false` if there is no such file.
    pub async fn set_file_sealing(
        &mut self,
        transfer: TransferId,
        id: FileId,
        (file_key, manifest): (&[u8], &[u8]),
        stated: Option<StatedFile<'_>>,
    ) -> Result<bool, DbError> {
        let (kinds, policy) = (stated.map(|it| it.kinds), stated.map(|it| it.policy_version));
        self.changes(&SET_OF_FILE, binds![transfer, id, file_key, manifest, kinds, policy]).await
    }
}
