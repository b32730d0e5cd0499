//! Transfers.

use sealpost_domain::{
    Epoch, MailboxId, PortalId, Protection, SubmissionSource, TenantId, Timestamp, TransferId, TransferMode,
    TransferState, UploadRequestId, UserId, rules::Inspection,
};
use uuid::Uuid;

use super::upload_requests::source;
use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// One sending.
    pub struct Transfer {
        /// Its id.
        pub id: TransferId,
        /// Its tenant.
        pub tenant_id: TenantId,
        /// Who sends it.
        pub sender_id: UserId,
        /// Where it stands by the row; [`TransferState::at`] says where it stands by the clock.
        pub state: TransferState,
        /// Its expiry day: names the epoch key that wraps `transfer_key`.
        pub epoch: Epoch,
        /// The latest expiry day that it ever had: a dump from before an earlier end may hold its key under that day's.
        pub latest_epoch: Epoch,
        /// Wrapped by the epoch key; `None` once purging has begun.
        pub transfer_key: Option<Vec<u8>>,
        /// Wrapped by the transfer key; `None` once sent with a password, or purging has begun.
        pub content_key: Option<Vec<u8>>,
        /// The content key wrapped by the password key, then by the transfer key.
        pub locked_content_key: Option<Vec<u8>>,
        /// Salt and costs of the password key; `None` without a password.
        pub password_parameters: Option<Vec<u8>>,
        /// Sealed under the transfer key.
        pub subject: Option<Vec<u8>>,
        /// Sealed under the content key.
        pub message: Option<Vec<u8>>,
        /// How often each recipient may fetch it.
        pub max_downloads: Option<u64>,
        /// Places taken by files and uploads in progress.
        pub file_count: u64,
        /// Their plaintext bytes: those declared, or stored as long as nothing is declared.
        pub byte_count: u64,
        /// Wrong passwords since the last clearing.
        pub failed_attempts: u64,
        /// Since when no password opens it.
        pub locked_at: Option<Timestamp>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it was sent.
        pub sent_at: Option<Timestamp>,
        /// From when on it is unreadable.
        pub expires_at: Timestamp,
        /// When it was taken back.
        pub blocked_at: Option<Timestamp>,
        /// When its keys were removed.
        pub purge_started_at: Option<Timestamp>,
        /// In whose name it is sent; `None`: the sender's own.
        pub mailbox_id: Option<MailboxId>,
        /// What its recipients must show, unless something else is said of one.
        pub protection: Protection,
        /// How many recipients were removed at their own wish.
        pub erased_recipients: u64,
        /// The word for what has come of looking into it: an `Inspection`; `None` if nobody has looked.
        pub inspection: Option<String>,
        /// Since when.
        pub inspection_since: Option<Timestamp>,
        /// The scanner's name for what it has found.
        pub inspection_finding: Option<String>,
        /// The request by which it comes in, which may be gone.
        pub request_id: Option<UploadRequestId>,
        /// The portal by which it comes in, which may be gone.
        pub portal_id: Option<PortalId>,
        /// Who sends it in, sealed under the transfer key.
        pub uploader: Option<Vec<u8>>,
        /// Whether recipients may answer it; `None`: as the policy says.
        pub allow_reply: Option<bool>,
        /// The transfer that it answers, which may be gone.
        pub reply_to: Option<TransferId>,
        /// Whether it goes with a mail, which tells its recipients: it has a [`MailLink`](crate::MailLink).
        pub in_mail: bool,
        /// Who seals what it holds.
        pub mode: TransferMode,
        /// The service's half of its secret, sealed under the transfer key; `None` unless its sender seals.
        pub server_half: Option<Vec<u8>>,
        /// SHA-256 of what shows that somebody has the whole secret.
        pub proof_hash: Option<[u8; 32]>,
        /// The content key that its sender has sealed, and that under the transfer key. So are the three that follow.
        pub sender_content_key: Option<Vec<u8>>,
        /// The subject.
        pub sender_subject: Option<Vec<u8>>,
        /// The message.
        pub sender_message: Option<Vec<u8>>,
        /// Which files and words belong to it; `None` as long as that is not said of those that there are.
        pub sender_contents: Option<Vec<u8>>,
    }

    /// A line of a list.
    pub struct TransferSummary {
        /// The transfer.
        pub transfer: Transfer,
        /// How many recipients it has.
        pub recipient_count: u64,
        /// How many of them have had a last byte.
        pub downloaded_count: u64,
    }

    /// A transfer whose time is over or whose purge was begun.
    pub struct DueTransfer {
        /// Its tenant.
        pub tenant_id: TenantId,
        /// Its id.
        pub id: TransferId,
        /// When its time is over.
        pub expires_at: Timestamp,
    }

    /// What lies under a transfer.
    pub struct TransferTotals {
        /// Complete files.
        pub files: u64,
        /// Their parts.
        pub objects: u64,
        /// Their plaintext bytes.
        pub bytes: u64,
        /// Recipients.
        pub recipients: u64,
    }
}

impl Transfer {
    /// Whether its sender's program seals what it holds.
    pub const fn is_zero_knowledge(&self) -> bool {
        self.mode.is_zero_knowledge()
    }

    /// Whether it is sealed to public keys of those who get it: it comes in from outside. What a user sends so has a secret in
    /// its link.
    pub fn is_sealed_to_keys(&self) -> bool {
        self.is_zero_knowledge() && self.source().is_some()
    }

    /// Whether it is sealed with a secret in its link, of which the service has the other half.
    pub fn is_sealed_by_link(&self) -> bool {
        self.is_zero_knowledge() && self.source().is_none()
    }

    /// Whether its recipients need a password that its sender's program seals with: salt and costs are there for nothing else.
    pub const fn is_sealed_with_password(&self) -> bool {
        self.is_zero_knowledge() && self.password_parameters.is_some()
    }

    /// By what it comes in; `None`: a user sends it.
    pub fn source(&self) -> Option<SubmissionSource> {
        source(self.request_id, self.portal_id)
    }
}

/// A transfer that is being made: a draft.
#[derive(Debug, Clone, Copy)]
pub struct NewTransfer<'a> {
    /// Its id.
    pub id: TransferId,
    /// Its tenant.
    pub tenant_id: TenantId,
    /// Who sends it.
    pub sender_id: UserId,
    /// Its expiry day.
    pub epoch: Epoch,
    /// Wrapped by the epoch key.
    pub transfer_key: &'a [u8],
    /// Wrapped by the transfer key.
    pub content_key: &'a [u8],
    /// The content key wrapped by the password key, then by the transfer key.
    pub locked_content_key: Option<&'a [u8]>,
    /// Salt and costs of the password key.
    pub password_parameters: Option<&'a [u8]>,
    /// Sealed under the transfer key.
    pub subject: Option<&'a [u8]>,
    /// Sealed under the content key.
    pub message: Option<&'a [u8]>,
    /// How often each recipient may fetch it.
    pub max_downloads: Option<u64>,
    /// In whose name it is sent.
    pub mailbox_id: Option<MailboxId>,
    /// What its recipients must show, unless something else is said of one.
    pub protection: Protection,
    /// Now.
    pub created_at: Timestamp,
    /// From when on it is unreadable.
    pub expires_at: Timestamp,
    /// By what it comes in; `None`: a user sends it.
    pub submission: Option<NewSubmission<'a>>,
    /// Whether recipients may answer it; `None`: as the policy says.
    pub allow_reply: Option<bool>,
    /// Who seals what it holds.
    pub mode: TransferMode,
    /// The service's half of its secret, sealed under the transfer key.
    pub server_half: Option<&'a [u8]>,
}

/// By what, and from whom, a transfer comes in.
#[derive(Debug, Clone, Copy)]
pub struct NewSubmission<'a> {
    /// By what.
    pub source: SubmissionSource,
    /// Who sends it in, sealed under the transfer key.
    pub uploader: &'a [u8],
    /// HMAC of his address's look-up key.
    pub uploader_hmac: &'a [u8; 32],
    /// HMAC of the network that he comes from, where drafts from one are counted.
    pub network: Option<&'a [u8; 32]>,
    /// The transfer that it answers.
    pub reply_to: Option<TransferId>,
    /// By what whoever has begun it asks for it again.
    pub begun_with: Option<BegunWith>,
}

/// What a draft that comes in was begun with, as long as it is one: HMACs under the tenant key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BegunWith {
    /// Of the key, and of what it is sent in by; unique.
    pub key: [u8; 32],
    /// Of what was said with it.
    pub said: [u8; 32],
}

/// What of a draft is different from now on.
#[derive(Debug, Clone, Copy)]
pub struct RevisedTransfer<'a> {
    /// Sealed under the transfer key.
    pub subject: Option<&'a [u8]>,
    /// Sealed under the content key.
    pub message: Option<&'a [u8]>,
    /// What its recipients must show, unless something else is said of one.
    pub protection: Protection,
    /// The content key wrapped by the password key, then by the transfer key.
    pub locked_content_key: Option<&'a [u8]>,
    /// Salt and costs of the password key.
    pub password_parameters: Option<&'a [u8]>,
    /// How often each recipient may fetch it.
    pub max_downloads: Option<u64>,
    /// Whether recipients may answer it; `None`: as the policy says.
    pub allow_reply: Option<bool>,
}

/// What follows of what was found in a transfer before its release.
#[derive(Debug, Clone, Copy)]
pub struct Inspected<'a> {
    /// Available or blocked.
    pub state: TransferState,
    /// What it has said; `None` if it was not asked.
    pub inspection: Option<Inspection>,
    /// Now.
    pub at: Timestamp,
    /// Its name for what it has found.
    pub finding: Option<&'a str>,
    /// Whether the service may go on reading the content: not if a password protects it from everybody.
    pub keep_content_key: bool,
}

/// The columns of [`Transfer`], of a table called `t`.
macro_rules! transfer_columns {
    () => {
        "t.id, t.tenant_id, t.sender_id, t.state, t.epoch, t.latest_epoch, t.transfer_key, t.content_key, \
         t.locked_content_key, t.password_parameters, t.subject, t.message, t.max_downloads, t.file_count, t.byte_count, \
         t.failed_attempts, t.locked_at, t.created_at, t.sent_at, t.expires_at, t.blocked_at, t.purge_started_at, \
         t.mailbox_id, t.protection, t.erased_recipients, t.inspection, t.inspection_since, t.inspection_finding, \
         t.request_id, t.portal_id, t.uploader, t.allow_reply, t.reply_to, t.in_mail, \
         t.mode, t.server_half, t.proof_hash, t.sender_content_key, t.sender_subject, t.sender_message, \
         t.sender_contents"
    };
}
pub(crate) use transfer_columns;

statements! {
    INSERT = "INSERT INTO transfers (id, tenant_id, sender_id, state, epoch, latest_epoch, transfer_key, \
        content_key, locked_content_key, password_parameters, subject, message, max_downloads, created_at, expires_at, \
        mailbox_id, protection, request_id, portal_id, uploader, uploader_hmac, uploader_network, reply_to, allow_reply, \
        begin_key, begin_said, mode, server_half) VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
        $19, $20, $21, $22, $23, $24, $25, $26, $27)";
    BY_ID = ["SELECT ", transfer_columns!(), " FROM transfers t WHERE t.tenant_id = $1 AND t.id = $2"];
    OF_ANY_TENANT = ["SELECT ", transfer_columns!(), " FROM transfers t WHERE t.id = $1"];
    BY_ID_LOCKED = locking concat!(
        "SELECT ", transfer_columns!(), " FROM transfers t WHERE t.tenant_id = $1 AND t.id = $2"
    );
    TO_VERIFY = ["SELECT ", transfer_columns!(), " FROM transfers t WHERE t.tenant_id = $1 AND t.id > $2 \
        AND t.purge_started_at IS NULL AND t.file_count > 0 ORDER BY t.id LIMIT $3"];
    SET_SENT = "UPDATE transfers SET state = $3, sent_at = $4, begin_key = NULL, begin_said = NULL, \
        content_key = CASE WHEN $5 THEN content_key END WHERE id = $1 AND state = $2";
    SET_INSPECTION = "UPDATE transfers SET inspection = $2, inspection_since = $3 WHERE id = $1";
    SET_INSPECTED = "UPDATE transfers SET state = $3, inspection = $4, inspection_since = $5, inspection_finding = $6, blocked_at = $7, \
        content_key = CASE WHEN $8 THEN content_key END WHERE id = $1 AND state = $2";
    SET_BLOCKED = "UPDATE transfers SET state = $3, blocked_at = $4 WHERE id = $1 AND state = $2";
    REVISE = "UPDATE transfers SET subject = $3, message = $4, protection = $5, locked_content_key = $6, \
        password_parameters = $7, max_downloads = $8, allow_reply = $9 WHERE id = $1 AND state = $2";
    SET_EXPIRY = "UPDATE transfers SET epoch = $2, transfer_key = $3, expires_at = $4, \
        latest_epoch = CASE WHEN latest_epoch < $2 THEN $2 ELSE latest_epoch END WHERE id = $1 AND purge_started_at IS NULL";
    /// Differences of two numbers from 0 up never overflow; sums can.
    RESERVE = "UPDATE transfers SET file_count = file_count + $2, byte_count = byte_count + $3 \
        WHERE id = $1 AND state = 'draft' AND file_count <= CAST($4 AS BIGINT) - $2 \
        AND byte_count <= CAST($5 AS BIGINT) - $3";
    BYTES = "SELECT CAST(COALESCE(SUM(byte_count), 0) AS BIGINT) AS value FROM transfers WHERE tenant_id = $1";
    BYTES_OF_SENDER = "SELECT CAST(COALESCE(SUM(byte_count), 0) AS BIGINT) AS value FROM transfers \
        WHERE tenant_id = $1 AND sender_id = $2";
    GIVE_BACK = "UPDATE transfers SET file_count = file_count - $2, byte_count = byte_count - $3 WHERE id = $1";
    /// Both halves stop at the limit by themselves, or each batch of a long queue would read all of it.
    DUE = "SELECT tenant_id, id, expires_at FROM ( \
        SELECT tenant_id, id, expires_at FROM (SELECT tenant_id, id, expires_at FROM transfers \
            WHERE expires_at <= $1 AND (expires_at, id) > ($2, $3) ORDER BY expires_at, id LIMIT $4) AS expired \
        UNION \
        SELECT tenant_id, id, expires_at FROM (SELECT tenant_id, id, expires_at FROM transfers \
            WHERE purge_started_at IS NOT NULL AND (expires_at, id) > ($2, $3) \
            ORDER BY expires_at, id LIMIT $4) AS begun \
        ) AS due ORDER BY expires_at, id LIMIT $4";
    START_PURGE = "UPDATE transfers SET state = $2, purge_started_at = $3, transfer_key = NULL, content_key = NULL, \
        locked_content_key = NULL, password_parameters = NULL, subject = NULL, message = NULL, \
        uploader = NULL, uploader_hmac = NULL, uploader_network = NULL, begin_key = NULL, begin_said = NULL, \
        server_half = NULL, proof_hash = NULL, sender_content_key = NULL, sender_subject = NULL, sender_message = NULL, \
        sender_contents = NULL \
        WHERE id = $1 AND purge_started_at IS NULL";
    DELETE = "DELETE FROM transfers WHERE id = $1";
    TOTALS = "SELECT COUNT(*) AS files, CAST(COALESCE(SUM(objects), 0) AS BIGINT) AS objects, \
        CAST(COALESCE(SUM(length), 0) AS BIGINT) AS bytes, \
        (SELECT COUNT(*) FROM recipients WHERE transfer_id = $1) AS recipients FROM files WHERE transfer_id = $1";
}

impl Conn {
    /// The tenant's transfer with this id, whatever its state.
    pub async fn transfer(&mut self, tenant: TenantId, id: TransferId) -> Result<Option<Transfer>, DbError> {
        self.optional(&BY_ID, binds![tenant, id]).await
    }

    /// The transfer with this id, whoever's it is: for the operator.
    pub async fn transfer_of_any_tenant(&mut self, id: TransferId) -> Result<Option<Transfer>, DbError> {
        self.optional(&OF_ANY_TENANT, binds![id]).await
    }

    /// At most `limit` of a tenant's transfers that have files and are not being purged, in the order of their ids, beginning
    /// behind `after`.
    pub async fn transfers_to_verify(
        &mut self,
        tenant: TenantId,
        after: Option<TransferId>,
        limit: u32,
    ) -> Result<Vec<Transfer>, DbError> {
        let after = after.map_or(Uuid::nil(), TransferId::as_uuid);
        self.all(&TO_VERIFY, binds![tenant, after, limit]).await
    }

    /// What is to be purged at `now`, of all tenants: expired, or begun and not finished. Earliest end first; `after` is
    /// the last one of the page before this one.
    pub async fn due_for_purge(
        &mut self,
        now: Timestamp,
        after: Option<&DueTransfer>,
        limit: u64,
    ) -> Result<Vec<DueTransfer>, DbError> {
        let start = (Timestamp::from_unix_millis(i64::MIN), Uuid::nil());
        let (end, id) = after.map_or(start, |last| (last.expires_at, last.id.as_uuid()));
        self.all(&DUE, binds![now, end, id, limit]).await
    }

    /// What lies under a transfer.
    pub async fn transfer_totals(&mut self, id: TransferId) -> Result<TransferTotals, DbError> {
        self.one(&TOTALS, binds![id]).await
    }

    /// How many bytes the tenant's transfers hold together, as far as declared.
    pub async fn bytes_held(&mut self, tenant: TenantId) -> Result<u64, DbError> {
        self.one(&BYTES, binds![tenant]).await
    }

    /// The same for the transfers of one sender.
    pub async fn bytes_held_by(&mut self, tenant: TenantId, sender: UserId) -> Result<u64, DbError> {
        self.one(&BYTES_OF_SENDER, binds![tenant, sender]).await
    }
}

impl Tx {
    /// Adds a draft.
    pub async fn insert_transfer(&mut self, t: &NewTransfer<'_>) -> Result<(), DbError> {
        let begun_with = t.submission.and_then(|submission| submission.begun_with);
        let row = binds![
            t.id,
            t.tenant_id,
            t.sender_id,
            TransferState::Draft,
            t.epoch,
            t.transfer_key,
            t.content_key,
            t.locked_content_key,
            t.password_parameters,
            t.subject,
            t.message,
            t.max_downloads,
            t.created_at,
            t.expires_at,
            t.mailbox_id,
            t.protection,
            t.submission.and_then(|submission| submission.source.request()),
            t.submission.and_then(|submission| submission.source.portal()),
            t.submission.map(|submission| submission.uploader),
            t.submission.map(|submission| submission.uploader_hmac),
            t.submission.and_then(|submission| submission.network),
            t.submission.and_then(|submission| submission.reply_to),
            t.allow_reply,
            begun_with.as_ref().map(|with| &with.key),
            begun_with.as_ref().map(|with| &with.said),
            t.mode,
            t.server_half,
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// As [`Conn::transfer`], and locks the row until the transaction ends: what it says stays true so long.
    pub async fn transfer_for_update(
        &mut self,
        tenant: TenantId,
        id: TransferId,
    ) -> Result<Option<Transfer>, DbError> {
        self.optional(&BY_ID_LOCKED, binds![tenant, id]).await
    }

    /// A draft is sent and stands at `state` from now on; its content key goes unless somebody reads it without a
    /// password. `false`: no draft.
    pub async fn set_sent(
        &mut self,
        id: TransferId,
        state: TransferState,
        at: Timestamp,
        keep_content_key: bool,
    ) -> Result<bool, DbError> {
        self.changes(&SET_SENT, binds![id, TransferState::Draft, state, at, keep_content_key]).await
    }

    /// Notes what is said of looking into a transfer that is being sent: that it waits for it, or that nobody can.
    pub async fn set_inspection(
        &mut self,
        id: TransferId,
        inspection: Inspection,
        at: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&SET_INSPECTION, binds![id, inspection.as_str(), at]).await
    }

    /// Gives a sealed transfer the state that follows of what has come of looking into it. `false` if it is not sealed.
    pub async fn set_inspected(
        &mut self,
        id: TransferId,
        inspected: &Inspected<'_>,
    ) -> Result<bool, DbError> {
        let Inspected { state, inspection, at, finding, keep_content_key } = *inspected;
        let blocked_at = (state == TransferState::Blocked).then_some(at);
        let row = binds![
            id,
            TransferState::Sealed,
            state,
            inspection.map(Inspection::as_str),
            at,
            finding,
            blocked_at,
            keep_content_key
        ];
        self.changes(&SET_INSPECTED, row).await
    }

    /// Takes an available transfer back. `false` if it is not available.
    pub async fn set_blocked(&mut self, id: TransferId, at: Timestamp) -> Result<bool, DbError> {
        let (from, to) = (TransferState::Available, TransferState::Blocked);
        self.changes(&SET_BLOCKED, binds![id, from, to, at]).await
    }

    /// Gives a blocked transfer again. `false` if it is not blocked.
    pub async fn set_unblocked(&mut self, id: TransferId) -> Result<bool, DbError> {
        let (from, to) = (TransferState::Blocked, TransferState::Available);
        self.changes(&SET_BLOCKED, binds![id, from, to, None::<Timestamp>]).await
    }

    /// What a draft says is this from now on. `false`: no draft.
    pub async fn revise_transfer(
        &mut self,
        id: TransferId,
        t: &RevisedTransfer<'_>,
    ) -> Result<bool, DbError> {
        let row = binds![
            id,
            TransferState::Draft,
            t.subject,
            t.message,
            t.protection,
            t.locked_content_key,
            t.password_parameters,
            t.max_downloads,
            t.allow_reply
        ];
        self.changes(&REVISE, row).await
    }

    /// Another end: with the transfer key wrapped again under that day's key. `false` once purging has begun.
    pub async fn set_expiry(
        &mut self,
        id: TransferId,
        epoch: Epoch,
        transfer_key: &[u8],
        expires_at: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&SET_EXPIRY, binds![id, epoch, transfer_key, expires_at]).await
    }

    /// Takes places for files and room for bytes in a draft, if they fit below the tenant's bounds. `false`,
    /// and nothing is taken, if they do not.
    pub async fn reserve(
        &mut self,
        id: TransferId,
        files: u64,
        bytes: u64,
        max_files: u64,
        max_bytes: u64,
    ) -> Result<bool, DbError> {
        self.changes(&RESERVE, binds![id, files, bytes, max_files, max_bytes]).await
    }

    /// Gives back what [`Self::reserve`] took.
    pub async fn give_back(&mut self, id: TransferId, files: u64, bytes: u64) -> Result<bool, DbError> {
        self.changes(&GIVE_BACK, binds![id, files, bytes]).await
    }

    /// The first step of a purge: the state is `purged`, keys, subject and message are gone. `false` if it
    /// was taken before, or the transfer is gone.
    pub async fn start_purge(&mut self, id: TransferId, at: Timestamp) -> Result<bool, DbError> {
        self.changes(&START_PURGE, binds![id, TransferState::Purged, at]).await
    }

    /// The last step of a purge: the row goes, and everything below it (uploads, parts, files, recipients,
    /// links, visits, downloads). `false` if it was gone.
    pub async fn delete_transfer(&mut self, id: TransferId) -> Result<bool, DbError> {
        self.changes(&DELETE, binds![id]).await
    }
}
