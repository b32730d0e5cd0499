//! Links of mails that transfers go with, and the right of the window in which such a mail is written.

use sealpost_domain::{TenantId, Timestamp, TransferId, TransferState};

use super::acting_user::{ActingUser, acting_user};
use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// The link that a mail carries for everybody it goes to, and the ticket of who writes it.
    pub struct MailLink {
        /// The transfer.
        pub transfer_id: TransferId,
        /// Its tenant.
        pub tenant_id: TenantId,
        /// SHA-256 of the link's token; unique.
        pub token_hash: [u8; 32],
        /// The token, sealed under the transfer key.
        pub token: Vec<u8>,
        /// SHA-256 of the ticket.
        pub ticket_hash: [u8; 32],
        /// The ticket, sealed under the transfer key.
        pub ticket: Vec<u8>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When its sender has last asked for it, or changed the draft.
        pub used_at: Timestamp,
    }

    /// The same with its transfer's sender and his tenant.
    ///
    /// Whether it counts is the caller's to say: the rows are as they are, expired, blocked or purged.
    pub struct KnownMailLink {
        /// The link.
        pub link: MailLink,
        /// Where the transfer stands by its row.
        pub state: TransferState,
        /// When it was sent.
        pub sent_at: Option<Timestamp>,
        /// When it ends.
        pub expires_at: Timestamp,
        /// Its sender.
        pub user: ActingUser,
    }
}

macro_rules! columns {
    () => {
        "m.transfer_id, m.tenant_id, m.token_hash, m.token, m.ticket_hash, m.ticket, m.created_at, m.used_at"
    };
}

macro_rules! known {
    () => {
        concat!(
            "SELECT ",
            columns!(),
            ", x.state, x.sent_at, x.expires_at, ",
            acting_user!(),
            " FROM mail_links m JOIN transfers x ON x.id = m.transfer_id JOIN users u ON u.id = x.sender_id \
             JOIN tenants t ON t.id = m.tenant_id "
        )
    };
}

/// A draft that nobody goes on with: made long ago, its link not asked for since, no upload goes on, and no file has come.
macro_rules! idle {
    () => {
        "FROM transfers t JOIN mail_links m ON m.transfer_id = t.id \
         WHERE t.tenant_id = $1 AND t.in_mail AND t.state = 'draft' AND t.created_at <= $2 AND m.used_at <= $2 \
         AND NOT EXISTS (SELECT 1 FROM uploads u WHERE u.transfer_id = t.id AND u.state <> 'joined') \
         AND NOT EXISTS (SELECT 1 FROM files f WHERE f.transfer_id = t.id AND f.created_at > $2)"
    };
}

statements! {
    INSERT = "INSERT INTO mail_links (transfer_id, tenant_id, token_hash, token, ticket_hash, ticket, created_at, used_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    MARK = "UPDATE transfers SET in_mail = true WHERE id = $1";
    OF_TRANSFER = ["SELECT ", columns!(), " FROM mail_links m WHERE m.transfer_id = $1"];
    KNOWN_BY_TOKEN = [known!(), "WHERE m.token_hash = $1"];
    KNOWN_OF_TRANSFER = [known!(), "WHERE m.transfer_id = $1"];
    SET_USED = "UPDATE mail_links SET used_at = $2 WHERE transfer_id = $1 AND used_at < $2";
    IDLE = ["SELECT t.id AS value ", idle!(), " ORDER BY t.created_at, t.id LIMIT $3"];
    IS_IDLE = ["SELECT EXISTS (SELECT 1 ", idle!(), " AND t.id = $3) AS value"];
}

impl Conn {
    /// The link of the mail that a transfer goes with.
    pub async fn mail_link(&mut self, transfer: TransferId) -> Result<Option<MailLink>, DbError> {
        self.optional(&OF_TRANSFER, binds![transfer]).await
    }

    /// The link with this hash, its transfer's sender and his tenant, in one query.
    pub async fn mail_link_by_token(
        &mut self,
        token_hash: &[u8; 32],
    ) -> Result<Option<KnownMailLink>, DbError> {
        self.optional(&KNOWN_BY_TOKEN, binds![token_hash]).await
    }

    /// The same by the transfer, whoever's it is.
    pub async fn known_mail_link(&mut self, transfer: TransferId) -> Result<Option<KnownMailLink>, DbError> {
        self.optional(&KNOWN_OF_TRANSFER, binds![transfer]).await
    }

    /// The tenant's drafts in mails that nobody has gone on with since then, oldest first, at most `limit`.
    pub async fn idle_mail_drafts(
        &mut self,
        tenant: TenantId,
        before: Timestamp,
        limit: u64,
    ) -> Result<Vec<TransferId>, DbError> {
        self.all(&IDLE, binds![tenant, before, limit]).await
    }

    /// Whether a transfer is one of them.
    pub async fn is_idle_mail_draft(
        &mut self,
        tenant: TenantId,
        id: TransferId,
        before: Timestamp,
    ) -> Result<bool, DbError> {
        self.one(&IS_IDLE, binds![tenant, before, id]).await
    }
}

impl Tx {
    /// Adds a link: its transfer goes with a mail from now on.
    pub async fn insert_mail_link(&mut self, m: &MailLink) -> Result<(), DbError> {
        let row = binds![
            m.transfer_id,
            m.tenant_id,
            &m.token_hash,
            &m.token,
            &m.ticket_hash,
            &m.ticket,
            m.created_at,
            m.used_at,
        ];
        self.execute(&INSERT, row).await?;
        self.execute(&MARK, binds![m.transfer_id]).await.map(drop)
    }

    /// Notes that somebody goes on with the mail. `false` if there is none, or it was noted later already.
    pub async fn set_mail_link_used(&mut self, transfer: TransferId, at: Timestamp) -> Result<bool, DbError> {
        self.changes(&SET_USED, binds![transfer, at]).await
    }
}
