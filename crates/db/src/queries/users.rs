//! Users.

use sealpost_domain::{Role, TenantId, Timestamp, UserId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A person of a tenant.
    pub struct User {
        /// His id.
        pub id: UserId,
        /// His tenant.
        pub tenant_id: TenantId,
        /// His address, sealed under the tenant key.
        pub address: Vec<u8>,
        /// HMAC of the address's look-up key; unique in the tenant.
        pub address_hmac: [u8; 32],
        /// His name, sealed under the tenant key.
        pub name: Vec<u8>,
        /// What he is.
        pub role: Role,
        /// When he was added.
        pub created_at: Timestamp,
        /// Since when he may do nothing.
        pub disabled_at: Option<Timestamp>,
        /// Since when a seat is his. It is one of the licence's if few enough had theirs before.
        pub seat_at: Option<Timestamp>,
        /// Since when he may not send.
        pub sending_suspended_at: Option<Timestamp>,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, address, address_hmac, name, role, created_at, disabled_at, seat_at, sending_suspended_at"
    };
}

statements! {
    INSERT = ["INSERT INTO users (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"];
    BY_ID = ["SELECT ", columns!(), " FROM users WHERE tenant_id = $1 AND id = $2"];
    BY_ADDRESS = ["SELECT ", columns!(), " FROM users WHERE tenant_id = $1 AND address_hmac = $2"];
    OF_TENANT = ["SELECT ", columns!(), " FROM users WHERE tenant_id = $1 ORDER BY id"];
    PAGE = ["SELECT ", columns!(), " FROM users WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3"];
    /// Whoever takes one of them away waits for whoever takes another.
    OWNERS = locking concat!(
        "SELECT ", columns!(), " FROM users WHERE tenant_id = $1 AND role = 'owner' AND disabled_at IS NULL ORDER BY id"
    );
    SET_ROLE = "UPDATE users SET role = $3, version = version + 1 WHERE tenant_id = $1 AND id = $2";
    SET_NAME = "UPDATE users SET name = $3, version = version + 1 WHERE tenant_id = $1 AND id = $2";
    SET_SENDING_SUSPENDED = "UPDATE users SET sending_suspended_at = $3, version = version + 1 \
        WHERE tenant_id = $1 AND id = $2";
    SET_DISABLED = "UPDATE users SET disabled_at = $3, version = version + 1 WHERE tenant_id = $1 AND id = $2";
}

impl User {
    /// Whether he runs the tenant: an owner or an admin, and not disabled.
    pub const fn administers(&self) -> bool {
        self.role.administers() && self.disabled_at.is_none()
    }
}

impl Conn {
    /// The tenant's user with this id.
    pub async fn user(&mut self, tenant: TenantId, id: UserId) -> Result<Option<User>, DbError> {
        self.optional(&BY_ID, binds![tenant, id]).await
    }

    /// The tenant's user with this address.
    pub async fn user_by_address(
        &mut self,
        tenant: TenantId,
        hmac: &[u8; 32],
    ) -> Result<Option<User>, DbError> {
        self.optional(&BY_ADDRESS, binds![tenant, hmac]).await
    }

    /// The tenant's users in the order in which they were added.
    pub async fn users(&mut self, tenant: TenantId) -> Result<Vec<User>, DbError> {
        self.all(&OF_TENANT, binds![tenant]).await
    }

    /// At most `limit` of the tenant's users, in the order in which they were added, beginning after `after`.
    pub async fn users_after(
        &mut self,
        tenant: TenantId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<User>, DbError> {
        let after = after.map_or(uuid::Uuid::nil(), UserId::as_uuid);
        self.all(&PAGE, binds![tenant, after, limit]).await
    }
}

impl Tx {
    /// Adds a user. [`DbError::AlreadyExists`] if the tenant has one with this address.
    pub async fn insert_user(&mut self, u: &User) -> Result<(), DbError> {
        let who = binds![
            u.id,
            u.tenant_id,
            &u.address,
            &u.address_hmac,
            &u.name,
            u.role,
            u.created_at,
            u.disabled_at,
            u.seat_at,
            u.sending_suspended_at,
        ];
        self.execute(&INSERT, who).await.map(drop)
    }

    /// Disables a user from `since` on, or enables him again. `false` if there is no such user.
    pub async fn set_user_disabled(
        &mut self,
        tenant: TenantId,
        id: UserId,
        since: Option<Timestamp>,
    ) -> Result<bool, DbError> {
        self.changes(&SET_DISABLED, binds![tenant, id, since]).await
    }

    /// Takes a user's right to send from `since` on, or gives it back. `false` if there is no such user.
    pub async fn set_user_sending_suspended(
        &mut self,
        tenant: TenantId,
        id: UserId,
        since: Option<Timestamp>,
    ) -> Result<bool, DbError> {
        self.changes(&SET_SENDING_SUSPENDED, binds![tenant, id, since]).await
    }

    /// The tenant's owners who are not disabled. Until the transaction ends nobody else makes one of them another.
    pub async fn owners_for_update(&mut self, tenant: TenantId) -> Result<Vec<UserId>, DbError> {
        let owners: Vec<User> = self.all(&OWNERS, binds![tenant]).await?;
        Ok(owners.into_iter().map(|owner| owner.id).collect())
    }

    /// Makes a user another. `false` if there is no such user.
    pub async fn set_user_role(&mut self, tenant: TenantId, id: UserId, role: Role) -> Result<bool, DbError> {
        self.changes(&SET_ROLE, binds![tenant, id, role]).await
    }

    /// Gives a user another name, sealed under the tenant key. `false` if there is no such user.
    pub async fn set_user_name(
        &mut self,
        tenant: TenantId,
        id: UserId,
        name: &[u8],
    ) -> Result<bool, DbError> {
        self.changes(&SET_NAME, binds![tenant, id, name]).await
    }
}
