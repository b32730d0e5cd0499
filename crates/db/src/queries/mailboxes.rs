//! Shared mailboxes, and who may send for them.

use sealpost_domain::{MailboxId, TenantId, Timestamp, UserId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// An address that several users send for.
    pub struct Mailbox {
        /// Its id.
        pub id: MailboxId,
        /// Its tenant.
        pub tenant_id: TenantId,
        /// Its address, sealed under the tenant key.
        pub address: Vec<u8>,
        /// HMAC of the address's look-up key; unique in the tenant.
        pub address_hmac: [u8; 32],
        /// Its name, sealed under the tenant key.
        pub name: Vec<u8>,
        /// When it was added.
        pub created_at: Timestamp,
        /// When it was taken away; its transfers still name it.
        pub removed_at: Option<Timestamp>,
    }

    /// That a user may send for a mailbox.
    pub struct Delegation {
        /// The mailbox.
        pub mailbox_id: MailboxId,
        /// The user.
        pub user_id: UserId,
        /// Since when.
        pub created_at: Timestamp,
    }
}

macro_rules! columns {
    () => {
        "b.id, b.tenant_id, b.address, b.address_hmac, b.name, b.created_at, b.removed_at"
    };
}

statements! {
    /// One that was taken away comes back as itself.
    PUT = "INSERT INTO mailboxes (id, tenant_id, address, address_hmac, name, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    REVIVE = "UPDATE mailboxes SET address = $3, name = $4, created_at = $5, removed_at = NULL \
        WHERE tenant_id = $1 AND id = $2 AND removed_at IS NOT NULL";
    OF_TENANT = [
        "SELECT ", columns!(), " FROM mailboxes b WHERE b.tenant_id = $1 AND b.removed_at IS NULL ORDER BY b.id",
    ];
    BY_ID = [
        "SELECT ", columns!(), " FROM mailboxes b WHERE b.tenant_id = $1 AND b.id = $2 AND b.removed_at IS NULL",
    ];
    EVEN_REMOVED = ["SELECT ", columns!(), " FROM mailboxes b WHERE b.tenant_id = $1 AND b.id = $2"];
    BY_ADDRESS = ["SELECT ", columns!(), " FROM mailboxes b WHERE b.tenant_id = $1 AND b.address_hmac = $2"];
    TO_SEND_FOR = [
        "SELECT ", columns!(), " FROM mailboxes b JOIN delegations d ON d.mailbox_id = b.id \
         WHERE b.tenant_id = $1 AND b.address_hmac = $2 AND b.removed_at IS NULL AND d.user_id = $3",
    ];
    OF_USER = [
        "SELECT ", columns!(), " FROM delegations d JOIN mailboxes b ON b.id = d.mailbox_id \
         WHERE b.tenant_id = $1 AND d.user_id = $2 AND b.removed_at IS NULL ORDER BY b.id",
    ];
    REMOVE = "UPDATE mailboxes SET removed_at = $3 WHERE tenant_id = $1 AND id = $2 AND removed_at IS NULL";
    DELEGATE = "INSERT INTO delegations (mailbox_id, user_id, tenant_id, created_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (mailbox_id, user_id) DO NOTHING";
    UNDELEGATE = "DELETE FROM delegations WHERE mailbox_id = $1 AND user_id = $2";
    UNDELEGATE_ALL = "DELETE FROM delegations WHERE mailbox_id = $1";
    DELEGATES = "SELECT mailbox_id, user_id, created_at FROM delegations WHERE mailbox_id = $1 ORDER BY user_id";
    MAY_SEND = "SELECT EXISTS (SELECT 1 FROM delegations d JOIN mailboxes b ON b.id = d.mailbox_id \
        WHERE d.mailbox_id = $1 AND d.user_id = $2 AND b.removed_at IS NULL) AS value";
}

impl Conn {
    /// The tenant's mailboxes, oldest first.
    pub async fn mailboxes(&mut self, tenant: TenantId) -> Result<Vec<Mailbox>, DbError> {
        self.all(&OF_TENANT, binds![tenant]).await
    }

    /// The tenant's mailbox with this id.
    pub async fn mailbox(&mut self, tenant: TenantId, id: MailboxId) -> Result<Option<Mailbox>, DbError> {
        self.optional(&BY_ID, binds![tenant, id]).await
    }

    /// The tenant's mailbox with this id, also one that was taken away: its transfers name it.
    pub async fn mailbox_ever(
        &mut self,
        tenant: TenantId,
        id: MailboxId,
    ) -> Result<Option<Mailbox>, DbError> {
        self.optional(&EVEN_REMOVED, binds![tenant, id]).await
    }

    /// The tenant's mailbox with this address, also one that was taken away.
    pub async fn mailbox_by_address(
        &mut self,
        tenant: TenantId,
        hmac: &[u8; 32],
    ) -> Result<Option<Mailbox>, DbError> {
        self.optional(&BY_ADDRESS, binds![tenant, hmac]).await
    }

    /// The mailbox with this address, if the user may send for it.
    pub async fn mailbox_to_send_for(
        &mut self,
        tenant: TenantId,
        hmac: &[u8; 32],
        user: UserId,
    ) -> Result<Option<Mailbox>, DbError> {
        self.optional(&TO_SEND_FOR, binds![tenant, hmac, user]).await
    }

    /// The mailboxes that the user may send for.
    pub async fn mailboxes_of_user(
        &mut self,
        tenant: TenantId,
        user: UserId,
    ) -> Result<Vec<Mailbox>, DbError> {
        self.all(&OF_USER, binds![tenant, user]).await
    }

    /// Who may send for a mailbox.
    pub async fn delegates(&mut self, mailbox: MailboxId) -> Result<Vec<Delegation>, DbError> {
        self.all(&DELEGATES, binds![mailbox]).await
    }

    /// Whether a user may send for a mailbox.
    pub async fn may_send_for(&mut self, mailbox: MailboxId, user: UserId) -> Result<bool, DbError> {
        self.one(&MAY_SEND, binds![mailbox, user]).await
    }
}

impl Tx {
    /// Adds a mailbox. [`DbError::AlreadyExists`] if the tenant has, or had, one with this address.
    pub async fn insert_mailbox(&mut self, b: &Mailbox) -> Result<(), DbError> {
        let row = binds![b.id, b.tenant_id, &b.address, &b.address_hmac, &b.name, b.created_at];
        self.execute(&PUT, row).await.map(drop)
    }

    /// Brings one back that was taken away. `false` unless it was.
    pub async fn revive_mailbox(&mut self, b: &Mailbox) -> Result<bool, DbError> {
        self.changes(&REVIVE, binds![b.tenant_id, b.id, &b.address, &b.name, b.created_at]).await
    }

    /// Takes a mailbox away, from everybody. `false` if there is none.
    pub async fn remove_mailbox(
        &mut self,
        tenant: TenantId,
        id: MailboxId,
        at: Timestamp,
    ) -> Result<bool, DbError> {
        let removed = self.changes(&REMOVE, binds![tenant, id, at]).await?;
        if removed {
            self.execute(&UNDELEGATE_ALL, binds![id]).await?;
        }
        Ok(removed)
    }

    /// Lets a user send for a mailbox. `false` if he may already.
    pub async fn delegate(
        &mut self,
        tenant: TenantId,
        mailbox: MailboxId,
        user: UserId,
        at: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&DELEGATE, binds![mailbox, user, tenant, at]).await
    }

    /// Takes that away again. `false` if he may not.
    pub async fn undelegate(&mut self, mailbox: MailboxId, user: UserId) -> Result<bool, DbError> {
        self.changes(&UNDELEGATE, binds![mailbox, user]).await
    }
}
