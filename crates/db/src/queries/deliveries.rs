//! Links, and what a recipient's request needs to know.

use sealpost_domain::{Policy, RecipientId, TenantId, Timestamp, TransferId, VisitId};

use super::{
    acting_user::{ActingUser, acting_user},
    recipients::{Recipient, recipient_columns},
    transfers::{Transfer, transfer_columns},
};
use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A link, of whose token only the hash is kept.
    pub struct Link {
        /// SHA-256 of the token.
        pub token_hash: [u8; 32],
        /// The tenant of the transfer.
        pub tenant_id: TenantId,
        /// The transfer.
        pub transfer_id: TransferId,
        /// Whose link it is.
        pub recipient_id: RecipientId,
        /// When it was made.
        pub created_at: Timestamp,
    }

    /// A transfer as it is delivered to one recipient.
    ///
    /// Whether he may have it is the caller's to say: the rows are as they are, expired, blocked or purged.
    pub struct Delivery {
        /// The tenant's blob container.
        pub container: String,
        /// The tenant's rules.
        pub policy: Policy,
        /// The tenant's key, wrapped by the vault's root key.
        pub tenant_key: Vec<u8>,
        /// Since when the tenant is suspended.
        pub suspended_at: Option<Timestamp>,
        /// The address of who is shown as the sender, sealed under the tenant key: the mailbox's, if the transfer has one.
        pub sender_address: Vec<u8>,
        /// His name, or its.
        pub sender_name: Vec<u8>,
        /// The transfer.
        pub transfer: Transfer,
        /// The recipient.
        pub recipient: Recipient,
    }
}

macro_rules! delivery {
    ($from:literal) => {
        concat!(
            "SELECT n.container, n.policy, n.tenant_key, n.suspended_at, COALESCE(b.address, s.address) AS sender_address, \
             COALESCE(b.name, s.name) AS sender_name, ",
            transfer_columns!(),
            ", ",
            recipient_columns!(),
            " FROM ",
            $from,
            " JOIN transfers t ON t.id = r.transfer_id JOIN tenants n ON n.id = t.tenant_id \
             JOIN users s ON s.id = t.sender_id LEFT JOIN mailboxes b ON b.id = t.mailbox_id "
        )
    };
}

statements! {
    INSERT_LINK = "INSERT INTO links (token_hash, tenant_id, transfer_id, recipient_id, created_at) \
        VALUES ($1, $2, $3, $4, $5)";
    BY_LINK = [delivery!("links l JOIN recipients r ON r.id = l.recipient_id"), "WHERE l.token_hash = $1"];
    BY_RECIPIENT = [delivery!("recipients r"), "WHERE r.id = $1"];
    ACTING_SENDER = [
        "SELECT ", acting_user!(), " FROM transfers x JOIN users u ON u.id = x.sender_id \
         JOIN tenants t ON t.id = x.tenant_id WHERE x.tenant_id = $1 AND x.id = $2",
    ];
    BY_VISIT = [delivery!("visits v JOIN recipients r ON r.id = v.recipient_id"), "WHERE v.id = $1"];
}

impl Conn {
    /// Who has sent a transfer, and what is known of his tenant.
    pub async fn acting_sender(
        &mut self,
        tenant: TenantId,
        transfer: TransferId,
    ) -> Result<Option<ActingUser>, DbError> {
        self.optional(&ACTING_SENDER, binds![tenant, transfer]).await
    }

    /// What the link with this hash leads to, in one query.
    pub async fn delivery_by_link(&mut self, token_hash: &[u8; 32]) -> Result<Option<Delivery>, DbError> {
        self.optional(&BY_LINK, binds![token_hash]).await
    }

    /// What is delivered to this recipient, in one query.
    pub async fn delivery_of_recipient(
        &mut self,
        recipient: RecipientId,
    ) -> Result<Option<Delivery>, DbError> {
        self.optional(&BY_RECIPIENT, binds![recipient]).await
    }

    /// What is delivered in this visit, in one query.
    pub async fn delivery_of_visit(&mut self, visit: VisitId) -> Result<Option<Delivery>, DbError> {
        self.optional(&BY_VISIT, binds![visit]).await
    }
}

impl Tx {
    /// Adds a link.
    pub async fn insert_link(&mut self, l: &Link) -> Result<(), DbError> {
        let row = binds![&l.token_hash, l.tenant_id, l.transfer_id, l.recipient_id, l.created_at];
        self.execute(&INSERT_LINK, row).await.map(drop)
    }
}
