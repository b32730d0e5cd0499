//! Upload requests: links with which outsiders send files in.

use std::time::Duration;

use sealpost_domain::{
    PortalId, RecipientId, SubmissionSource, TenantId, Timestamp, TransferId, TransferMode, UploadRequestId,
    UserId, rules::FileKinds,
};
use uuid::Uuid;

use super::{
    acting_user::{ActingUser, acting_user},
    transfers::{TransferSummary, transfer_columns},
};
use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A user's wish for files.
    pub struct UploadRequest {
        /// Its id.
        pub id: UploadRequestId,
        /// Its tenant.
        pub tenant_id: TenantId,
        /// Who asks.
        pub user_id: UserId,
        /// SHA-256 of its link's token; unique.
        pub token_hash: [u8; 32],
        /// The token, sealed under the tenant key.
        pub token: Vec<u8>,
        /// What it is about, sealed under the tenant key.
        pub title: Vec<u8>,
        /// What its user has written, sealed under the tenant key.
        pub message: Option<Vec<u8>>,
        /// Who alone may use it, sealed under the tenant key.
        pub address: Option<Vec<u8>>,
        /// HMAC of that address's look-up key.
        pub address_hmac: Option<[u8; 32]>,
        /// Whether an uploader must show that his address is his.
        pub asks_code: bool,
        /// How often it may be used.
        pub max_uses: u64,
        /// How often it is used: drafts, and what was sent.
        pub uses: u64,
        /// Most files of each use, if it says so.
        pub max_files: Option<u64>,
        /// Most bytes of each use, if it says so.
        pub max_bytes: Option<u64>,
        /// Kinds of files that it takes; whatever the policy lets pass if absent.
        pub kinds: Option<FileKinds>,
        /// When it was made.
        pub created_at: Timestamp,
        /// From when on it takes nothing.
        pub expires_at: Timestamp,
        /// When its user has closed it.
        pub closed_at: Option<Timestamp>,
        /// The transfer that it answers, which may be gone; `None`: its user asks by himself.
        pub reply_to: Option<TransferId>,
        /// Who answers.
        pub reply_recipient: Option<RecipientId>,
        /// Whether he had shown before that the address is his.
        pub proved: bool,
        /// Who seals what comes in.
        pub mode: TransferMode,
    }

    /// A request with its user and his tenant.
    ///
    /// Whether it takes anything is the caller's to say: the rows are as they are.
    pub struct KnownRequest {
        /// The request.
        pub request: UploadRequest,
        /// The user's address, sealed under the tenant key.
        pub user_address: Vec<u8>,
        /// His name.
        pub user_name: Vec<u8>,
        /// Who asks.
        pub user: ActingUser,
    }

    /// A draft that somebody sends in.
    pub struct IdleSubmission {
        /// Its tenant.
        pub tenant_id: TenantId,
        /// The transfer.
        pub id: TransferId,
    }

    /// A draft that somebody has begun with a key.
    pub struct BegunDraft {
        /// The transfer.
        pub id: TransferId,
        /// What was said with the key: its HMAC.
        pub said: [u8; 32],
        /// When its time is over.
        pub expires_at: Timestamp,
    }

    /// That an address is that of who has sent a transfer in.
    pub struct SubmittedIn {
        /// The transfer.
        pub transfer_id: TransferId,
        /// By which request, if it is one.
        pub request_id: Option<UploadRequestId>,
        /// By which portal, if it is one.
        pub portal_id: Option<PortalId>,
        /// To whom.
        pub user_id: UserId,
        /// When it was sent.
        pub sent_at: Option<Timestamp>,
        /// When its time is over.
        pub expires_at: Timestamp,
    }
}

impl SubmittedIn {
    /// By what it has come in.
    pub fn source(&self) -> Option<SubmissionSource> {
        source(self.request_id, self.portal_id)
    }
}

/// What two columns say of which at most one has something.
pub(super) fn source(request: Option<UploadRequestId>, portal: Option<PortalId>) -> Option<SubmissionSource> {
    request.map(SubmissionSource::Request).or_else(|| portal.map(SubmissionSource::Portal))
}

macro_rules! columns {
    () => {
        "q.id, q.tenant_id, q.user_id, q.token_hash, q.token, q.title, q.message, q.address, q.address_hmac, \
         q.asks_code, q.max_uses, q.uses, q.max_files, q.max_bytes, q.kinds, q.created_at, q.expires_at, q.closed_at, \
         q.reply_to, q.reply_recipient, q.proved, q.mode"
    };
}

macro_rules! known {
    () => {
        concat!(
            "SELECT ",
            columns!(),
            ", u.address AS user_address, u.name AS user_name, ",
            acting_user!(),
            " FROM upload_requests q JOIN users u ON u.id = q.user_id JOIN tenants t ON t.id = q.tenant_id "
        )
    };
}

/// A draft to which nothing comes any more: made long ago, no upload goes on, and no file has come since.
macro_rules! idle {
    () => {
        "t.uploader IS NOT NULL AND t.state = 'draft' AND t.created_at <= $1 \
         AND NOT EXISTS (SELECT 1 FROM uploads u WHERE u.transfer_id = t.id AND u.state <> 'joined') \
         AND NOT EXISTS (SELECT 1 FROM files f WHERE f.transfer_id = t.id AND f.created_at > $1)"
    };
}

statements! {
    INSERT = "INSERT INTO upload_requests (id, tenant_id, user_id, token_hash, token, title, message, address, \
        address_hmac, asks_code, max_uses, max_files, max_bytes, kinds, created_at, expires_at, reply_to, reply_recipient, \
        proved, mode) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
    BY_ID = ["SELECT ", columns!(), " FROM upload_requests q WHERE q.tenant_id = $1 AND q.id = $2"];
    KNOWN_BY_LINK = [known!(), "WHERE q.token_hash = $1"];
    KNOWN_BY_ID = [known!(), "WHERE q.tenant_id = $1 AND q.id = $2"];
    OF_USER = [
        "SELECT ", columns!(), " FROM upload_requests q \
         WHERE q.tenant_id = $1 AND q.user_id = $2 AND q.id < $3 ORDER BY q.id DESC LIMIT $4",
    ];
    OF_TENANT = [
        "SELECT ", columns!(), " FROM upload_requests q WHERE q.tenant_id = $1 AND q.id < $2 ORDER BY q.id DESC LIMIT $3",
    ];
    BOUND_TO = [
        "SELECT ", columns!(), " FROM upload_requests q WHERE q.tenant_id = $1 AND q.address_hmac = $2 ORDER BY q.id",
    ];
    OPEN_REPLY = [
        "SELECT ", columns!(), " FROM upload_requests q WHERE q.tenant_id = $1 AND q.reply_recipient = $2 AND q.proved = $3 \
         AND q.uses = 0 AND q.closed_at IS NULL AND q.expires_at > $4 ORDER BY q.id DESC LIMIT 1",
    ];
    REMOVE_UNUSED_REPLIES = "DELETE FROM upload_requests WHERE reply_to = $1 AND uses = 0";
    TAKE_SLOT = "UPDATE upload_requests SET uses = uses + 1 \
        WHERE id = $1 AND uses < max_uses AND closed_at IS NULL AND expires_at > $2";
    GIVE_SLOT_BACK = "UPDATE upload_requests SET uses = uses - 1 WHERE id = $1 AND uses > 0";
    CLOSE = "UPDATE upload_requests SET closed_at = $3 WHERE tenant_id = $1 AND id = $2 AND closed_at IS NULL";
    BLANK = "UPDATE upload_requests SET address = $4, address_hmac = $5, closed_at = COALESCE(closed_at, $3) \
        WHERE tenant_id = $1 AND id = $2";
    SWEEP_ENDED = "DELETE FROM upload_requests WHERE expires_at <= $1";
    SWEEP_CLOSED = "DELETE FROM upload_requests WHERE closed_at <= $1";
    SUBMISSIONS = [
        "SELECT ", transfer_columns!(),
        ", (SELECT COUNT(*) FROM recipients r WHERE r.transfer_id = t.id) AS recipient_count, \
         (SELECT COUNT(*) FROM recipients r WHERE r.transfer_id = t.id AND r.downloaded_at IS NOT NULL) \
         AS downloaded_count FROM transfers t WHERE t.request_id = $1 AND t.tenant_id = $2 ORDER BY t.id DESC LIMIT $3",
    ];
    IDLE = ["SELECT t.tenant_id, t.id FROM transfers t WHERE ", idle!(), " ORDER BY t.created_at, t.id LIMIT $2"];
    IS_IDLE = ["SELECT EXISTS (SELECT 1 FROM transfers t WHERE ", idle!(), " AND t.id = $2) AS value"];
    BEGUN_WITH = "SELECT id, begin_said AS said, expires_at FROM transfers WHERE tenant_id = $1 AND begin_key = $2";
    SUBMITTED = "SELECT t.id AS transfer_id, t.request_id, t.portal_id, t.sender_id AS user_id, t.sent_at, \
        t.expires_at FROM transfers t WHERE t.tenant_id = $1 AND t.uploader_hmac = $2 AND t.id > $3 \
        ORDER BY t.id LIMIT $4";
    BLANK_UPLOADER = "UPDATE transfers SET uploader = $3, uploader_hmac = NULL, uploader_network = NULL, \
        begin_key = NULL, begin_said = NULL WHERE tenant_id = $1 AND id = $2 AND uploader IS NOT NULL";
}

impl Conn {
    /// The tenant's request with this id.
    pub async fn upload_request(
        &mut self,
        tenant: TenantId,
        id: UploadRequestId,
    ) -> Result<Option<UploadRequest>, DbError> {
        self.optional(&BY_ID, binds![tenant, id]).await
    }

    /// The request whose link has this hash, its user and his tenant, in one query.
    pub async fn request_by_link(&mut self, token_hash: &[u8; 32]) -> Result<Option<KnownRequest>, DbError> {
        self.optional(&KNOWN_BY_LINK, binds![token_hash]).await
    }

    /// The same by its id.
    pub async fn known_request(
        &mut self,
        tenant: TenantId,
        id: UploadRequestId,
    ) -> Result<Option<KnownRequest>, DbError> {
        self.optional(&KNOWN_BY_ID, binds![tenant, id]).await
    }

    /// Requests newest first: the user's, or without one the whole tenant's. `before` is the last id of the page before
    /// this one.
    pub async fn upload_requests(
        &mut self,
        tenant: TenantId,
        user: Option<UserId>,
        before: Option<UploadRequestId>,
        limit: u64,
    ) -> Result<Vec<UploadRequest>, DbError> {
        let before = before.map_or(Uuid::max(), UploadRequestId::as_uuid);
        match user {
            Some(user) => self.all(&OF_USER, binds![tenant, user, before, limit]).await,
            None => self.all(&OF_TENANT, binds![tenant, before, limit]).await,
        }
    }

    /// Requests that only the address with this HMAC may use.
    pub async fn requests_bound_to(
        &mut self,
        tenant: TenantId,
        hmac: &[u8; 32],
    ) -> Result<Vec<UploadRequest>, DbError> {
        self.all(&BOUND_TO, binds![tenant, hmac]).await
    }

    /// The newest request by which a recipient can still answer, of those for which he had shown that his address is his, or
    /// of the others.
    pub async fn open_reply(
        &mut self,
        (tenant, recipient): (TenantId, RecipientId),
        proved: bool,
        now: Timestamp,
    ) -> Result<Option<UploadRequest>, DbError> {
        self.optional(&OPEN_REPLY, binds![tenant, recipient, proved, now]).await
    }

    /// What has come in by a request, newest first, at most `limit`.
    pub async fn submissions(
        &mut self,
        tenant: TenantId,
        request: UploadRequestId,
        limit: u64,
    ) -> Result<Vec<TransferSummary>, DbError> {
        self.all(&SUBMISSIONS, binds![request, tenant, limit]).await
    }

    /// The draft that was begun with the key that has this HMAC.
    pub async fn draft_begun_with(
        &mut self,
        tenant: TenantId,
        key: &[u8; 32],
    ) -> Result<Option<BegunDraft>, DbError> {
        self.optional(&BEGUN_WITH, binds![tenant, key]).await
    }

    /// Drafts that are sent in, of all tenants, that were made until `before`, and to which nothing has come since, longest idle
    /// first.
    pub async fn idle_submissions(
        &mut self,
        before: Timestamp,
        limit: u64,
    ) -> Result<Vec<IdleSubmission>, DbError> {
        self.all(&IDLE, binds![before, limit]).await
    }

    /// Whether a transfer is one of them.
    pub async fn is_idle_submission(&mut self, id: TransferId, before: Timestamp) -> Result<bool, DbError> {
        self.one(&IS_IDLE, binds![before, id]).await
    }

    /// What the address with this HMAC has sent in, by the transfers' ids from after `after`, at most `limit`.
    pub async fn submitted_in(
        &mut self,
        tenant: TenantId,
        hmac: &[u8; 32],
        after: TransferId,
        limit: u64,
    ) -> Result<Vec<SubmittedIn>, DbError> {
        self.all(&SUBMITTED, binds![tenant, hmac, after, limit]).await
    }
}

impl Tx {
    /// Adds a request; that it was used or closed is not part of it.
    pub async fn insert_upload_request(&mut self, q: &UploadRequest) -> Result<(), DbError> {
        let row = binds![
            q.id,
            q.tenant_id,
            q.user_id,
            &q.token_hash,
            &q.token,
            &q.title,
            q.message.as_ref(),
            q.address.as_ref(),
            q.address_hmac.as_ref(),
            q.asks_code,
            q.max_uses,
            q.max_files,
            q.max_bytes,
            q.kinds.as_ref(),
            q.created_at,
            q.expires_at,
            q.reply_to,
            q.reply_recipient,
            q.proved,
            q.mode,
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Removes requests to answer a transfer that nobody has used. Gives how many.
    pub async fn remove_unused_replies(&mut self, answered: TransferId) -> Result<u64, DbError> {
        self.execute(&REMOVE_UNUSED_REPLIES, binds![answered]).await
    }

    /// Takes one of a request's uses. `false`, and nothing is taken, if none is left, or it is closed or over.
    pub async fn take_request_slot(&mut self, id: UploadRequestId, now: Timestamp) -> Result<bool, DbError> {
        self.changes(&TAKE_SLOT, binds![id, now]).await
    }

    /// Gives back what [`Self::take_request_slot`] took. `false` if the request is gone.
    pub async fn give_request_slot_back(&mut self, id: UploadRequestId) -> Result<bool, DbError> {
        self.changes(&GIVE_SLOT_BACK, binds![id]).await
    }

    /// Closes a request. `false` if it is closed already, or there is none.
    pub async fn close_upload_request(
        &mut self,
        tenant: TenantId,
        id: UploadRequestId,
        at: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&CLOSE, binds![tenant, id, at]).await
    }

    /// Overwrites who alone may use a request, and closes it: nobody else shall.
    pub async fn blank_upload_request(
        &mut self,
        (tenant, id): (TenantId, UploadRequestId),
        at: Timestamp,
        (address, hmac): (&[u8], &[u8; 32]),
    ) -> Result<bool, DbError> {
        self.changes(&BLANK, binds![tenant, id, at, address, hmac]).await
    }

    /// Overwrites who has sent a transfer in. `false` if a user has sent it, or it is gone.
    pub async fn blank_uploader(
        &mut self,
        tenant: TenantId,
        id: TransferId,
        uploader: &[u8],
    ) -> Result<bool, DbError> {
        self.changes(&BLANK_UPLOADER, binds![tenant, id, uploader]).await
    }

    /// Removes requests that were over or closed so long ago. Gives how many.
    pub async fn sweep_upload_requests(&mut self, now: Timestamp, keep: Duration) -> Result<u64, DbError> {
        let closed = self.execute(&SWEEP_CLOSED, binds![now - keep]).await?;
        Ok(closed + self.execute(&SWEEP_ENDED, binds![now - keep]).await?)
    }
}
