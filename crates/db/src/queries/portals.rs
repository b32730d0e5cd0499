//! Portals: standing pages by which outsiders send files in.

use sealpost_domain::{
    MailDomains, MailboxId, PortalId, PortalName, TenantId, TenantSlug, Timestamp, TransferId, TransferMode,
    UserId, rules::FileKinds,
};

use super::acting_user::{ActingUser, acting_user};
use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A standing page of a tenant.
    pub struct Portal {
        /// Its id.
        pub id: PortalId,
        /// Its tenant.
        pub tenant_id: TenantId,
        /// Its owner: in the tenant, the sender of what comes in.
        pub user_id: UserId,
        /// What it is called in its address; unique in the tenant.
        pub name: PortalName,
        /// What it is about, sealed under the tenant key.
        pub title: Vec<u8>,
        /// What the uploader reads, sealed under the tenant key.
        pub text: Option<Vec<u8>>,
        /// Whether an uploader may choose more than one recipient.
        pub several: bool,
        /// Of which domains he may name an address.
        pub domains: MailDomains,
        /// Kinds of files that it takes; whatever the policy lets pass if absent.
        pub kinds: Option<FileKinds>,
        /// Most files of each submission, if it says so.
        pub max_files: Option<u64>,
        /// Most bytes of each submission, if it says so.
        pub max_bytes: Option<u64>,
        /// Whether an uploader must show that his address is his.
        pub asks_code: bool,
        /// Whether it takes anything.
        pub enabled: bool,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it was changed last.
        pub changed_at: Timestamp,
        /// Who seals what comes in.
        pub mode: TransferMode,
        /// The team that gets what comes in, which may be gone; `None`: whoever the other fields say.
        pub mailbox_id: Option<MailboxId>,
    }

    /// A portal with its owner and his tenant.
    ///
    /// Whether it takes anything is the caller's to say: the rows are as they are.
    pub struct KnownPortal {
        /// The portal.
        pub portal: Portal,
        /// The owner's address, sealed under the tenant key.
        pub user_address: Vec<u8>,
        /// His name.
        pub user_name: Vec<u8>,
        /// The owner.
        pub user: ActingUser,
    }

    /// Somebody whom an uploader may choose.
    pub struct PortalRecipient {
        /// Who.
        pub user_id: UserId,
        /// What the uploader sees, sealed under the tenant key.
        pub label: Vec<u8>,
        /// His address, sealed under the tenant key.
        pub address: Vec<u8>,
        /// His name.
        pub name: Vec<u8>,
        /// Since when he may do nothing.
        pub disabled_at: Option<Timestamp>,
    }
}

rows! {
    /// That an uploader may choose a user.
    pub struct PortalLabel {
        /// At which portal.
        pub portal_id: PortalId,
        /// What the uploader sees, sealed under the tenant key.
        pub label: Vec<u8>,
    }
}

macro_rules! columns {
    () => {
        "p.id, p.tenant_id, p.user_id, p.name, p.title, p.text, p.several, p.domains, p.kinds, p.max_files, \
         p.max_bytes, p.asks_code, p.enabled, p.created_at, p.changed_at, p.mode, p.mailbox_id"
    };
}

macro_rules! known {
    () => {
        concat!(
            "SELECT ",
            columns!(),
            ", u.address AS user_address, u.name AS user_name, ",
            acting_user!(),
            " FROM portals p JOIN users u ON u.id = p.user_id JOIN tenants t ON t.id = p.tenant_id "
        )
    };
}

statements! {
    INSERT = "INSERT INTO portals (id, tenant_id, user_id, name, title, text, several, domains, kinds, max_files, \
        max_bytes, asks_code, enabled, created_at, changed_at, mode, mailbox_id) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    UPDATE = "UPDATE portals SET user_id = $3, title = $4, text = $5, several = $6, domains = $7, kinds = $8, \
        max_files = $9, max_bytes = $10, asks_code = $11, enabled = $12, changed_at = $13, mode = $14, mailbox_id = $15 \
        WHERE tenant_id = $1 AND id = $2";
    BY_ID_LOCKED = locking concat!(
        "SELECT ", columns!(), " FROM portals p WHERE p.tenant_id = $1 AND p.id = $2"
    );
    KNOWN_BY_NAME = [known!(), "WHERE t.slug = $1 AND p.name = $2"];
    KNOWN_BY_ID = [known!(), "WHERE p.tenant_id = $1 AND p.id = $2"];
    KNOWN_OF_TENANT = [known!(), "WHERE p.tenant_id = $1 ORDER BY p.name"];
    COUNT = "SELECT COUNT(*) AS value FROM portals WHERE tenant_id = $1";
    RECIPIENTS = "SELECT r.user_id, r.label, u.address, u.name, u.disabled_at FROM portal_recipients r \
        JOIN users u ON u.id = r.user_id WHERE r.portal_id = $1 ORDER BY r.place, r.user_id";
    ADD_RECIPIENT = "INSERT INTO portal_recipients (portal_id, user_id, tenant_id, place, label) \
        VALUES ($1, $2, $3, $4, $5)";
    REMOVE_RECIPIENTS = "DELETE FROM portal_recipients WHERE portal_id = $1";
    FORGET_RECIPIENT = "DELETE FROM portal_recipients WHERE user_id = $1";
    LABELS_OF_USER = "SELECT portal_id, label FROM portal_recipients WHERE user_id = $1 ORDER BY portal_id";
    DELETE = "DELETE FROM portals WHERE tenant_id = $1 AND id = $2";
    /// In the order in which a purge locks them, too: neither ever has what the other waits for.
    LOCK_DRAFTS = locking "SELECT id AS value FROM transfers WHERE portal_id = $1 AND state = 'draft' ORDER BY id";
    /// What was not handed over yet goes to whoever owns the portal from now on.
    MOVE_DRAFTS = "UPDATE transfers SET sender_id = $2 WHERE portal_id = $1 AND state = 'draft'";
    DRAFTS = "SELECT COUNT(*) AS value FROM transfers WHERE portal_id = $1 AND state = 'draft'";
    DRAFTS_FROM = "SELECT COUNT(*) AS value FROM transfers \
        WHERE portal_id = $1 AND state = 'draft' AND uploader_network = $2";
}

impl Conn {
    /// The portal at this address, its owner and his tenant, in one query.
    pub async fn portal_by_name(
        &mut self,
        tenant: &TenantSlug,
        name: &PortalName,
    ) -> Result<Option<KnownPortal>, DbError> {
        self.optional(&KNOWN_BY_NAME, binds![tenant, name]).await
    }

    /// The same by its id.
    pub async fn known_portal(
        &mut self,
        tenant: TenantId,
        id: PortalId,
    ) -> Result<Option<KnownPortal>, DbError> {
        self.optional(&KNOWN_BY_ID, binds![tenant, id]).await
    }

    /// The tenant's portals, by their names.
    pub async fn portals(&mut self, tenant: TenantId) -> Result<Vec<KnownPortal>, DbError> {
        self.all(&KNOWN_OF_TENANT, binds![tenant]).await
    }

    /// How many portals a tenant has.
    pub async fn portal_count(&mut self, tenant: TenantId) -> Result<u64, DbError> {
        self.one(&COUNT, binds![tenant]).await
    }

    /// Among whom an uploader chooses, in the order in which they are shown.
    pub async fn portal_recipients(&mut self, id: PortalId) -> Result<Vec<PortalRecipient>, DbError> {
        self.all(&RECIPIENTS, binds![id]).await
    }

    /// At which portals an uploader may choose a user, and by what label.
    pub async fn portal_labels_of(&mut self, user: UserId) -> Result<Vec<PortalLabel>, DbError> {
        self.all(&LABELS_OF_USER, binds![user]).await
    }

    /// How many drafts of a portal there are that nobody has handed over.
    pub async fn portal_drafts(&mut self, id: PortalId) -> Result<u64, DbError> {
        self.one(&DRAFTS, binds![id]).await
    }

    /// How many of them were begun from the network with this HMAC.
    pub async fn portal_drafts_from(&mut self, id: PortalId, network: &[u8; 32]) -> Result<u64, DbError> {
        self.one(&DRAFTS_FROM, binds![id, network]).await
    }
}

impl Tx {
    /// Adds a portal. [`DbError::AlreadyExists`] if the tenant has one of this name.
    pub async fn insert_portal(&mut self, p: &Portal) -> Result<(), DbError> {
        let row = binds![
            p.id,
            p.tenant_id,
            p.user_id,
            &p.name,
            &p.title,
            p.text.as_ref(),
            p.several,
            &p.domains,
            p.kinds.as_ref(),
            p.max_files,
            p.max_bytes,
            p.asks_code,
            p.enabled,
            p.created_at,
            p.changed_at,
            p.mode,
            p.mailbox_id,
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// The tenant's portal with this id, which nobody else changes, and by which nobody begins, until this transaction ends.
    pub async fn portal_for_update(
        &mut self,
        tenant: TenantId,
        id: PortalId,
    ) -> Result<Option<Portal>, DbError> {
        self.optional(&BY_ID_LOCKED, binds![tenant, id]).await
    }

    /// Changes all of a portal but its name. `false` if there is none.
    pub async fn update_portal(&mut self, p: &Portal) -> Result<bool, DbError> {
        let row = binds![
            p.tenant_id,
            p.id,
            p.user_id,
            &p.title,
            p.text.as_ref(),
            p.several,
            &p.domains,
            p.kinds.as_ref(),
            p.max_files,
            p.max_bytes,
            p.asks_code,
            p.enabled,
            p.changed_at,
            p.mode,
            p.mailbox_id,
        ];
        self.changes(&UPDATE, row).await
    }

    /// Among whom an uploader chooses from now on: users with their sealed labels.
    pub async fn set_portal_recipients(
        &mut self,
        (tenant, id): (TenantId, PortalId),
        recipients: &[(UserId, Vec<u8>)],
    ) -> Result<(), DbError> {
        self.execute(&REMOVE_RECIPIENTS, binds![id]).await?;
        for (place, (user, label)) in recipients.iter().enumerate() {
            self.execute(&ADD_RECIPIENT, binds![id, *user, tenant, place as u64, label]).await?;
        }
        Ok(())
    }

    /// Takes a user out of all choices. Gives how many there were.
    pub async fn forget_portal_recipient(&mut self, user: UserId) -> Result<u64, DbError> {
        self.execute(&FORGET_RECIPIENT, binds![user]).await
    }

    /// Makes a user the sender of what comes in by a portal and was not handed over yet.
    pub async fn move_portal_drafts(&mut self, id: PortalId, to: UserId) -> Result<u64, DbError> {
        let _: Vec<TransferId> = self.all(&LOCK_DRAFTS, binds![id]).await?;
        self.execute(&MOVE_DRAFTS, binds![id, to]).await
    }

    /// Removes a portal. `false` if there is none.
    pub async fn delete_portal(&mut self, tenant: TenantId, id: PortalId) -> Result<bool, DbError> {
        self.changes(&DELETE, binds![tenant, id]).await
    }
}
