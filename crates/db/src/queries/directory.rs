//! Users as a directory keeps them.

use sealpost_domain::{GroupId, Role, TenantId, Timestamp, UserId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A user as a directory sees him.
    pub struct DirectoryUser {
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
        /// What the directory says about him, sealed under the tenant key; `None` for one who is in none.
        pub directory: Option<Vec<u8>>,
        /// HMAC of the name that the directory knows him by; unique in the tenant.
        pub user_name_hmac: Option<[u8; 32]>,
        /// HMAC of what the directory calls him; unique in the tenant.
        pub external_id_hmac: Option<[u8; 32]>,
        /// Grows with every change.
        pub version: u64,
        /// When he was added.
        pub created_at: Timestamp,
        /// When he was changed last.
        pub updated_at: Option<Timestamp>,
        /// Since when he may do nothing.
        pub disabled_at: Option<Timestamp>,
        /// When the directory took him out.
        pub left_at: Option<Timestamp>,
    }

    /// A group that a user is in.
    pub struct Membership {
        /// The user.
        pub user_id: UserId,
        /// The group.
        pub group_id: GroupId,
        /// Its name, sealed under the tenant key.
        pub name: Vec<u8>,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, address, address_hmac, name, role, directory, user_name_hmac, external_id_hmac, version, \
         created_at, updated_at, disabled_at, left_at"
    };
}

statements! {
    BY_ID = ["SELECT ", columns!(), " FROM users WHERE tenant_id = $1 AND id = $2 AND left_at IS NULL"];
    /// Also those who were taken out: who comes back is the same user again.
    BY_ADDRESS = ["SELECT ", columns!(), " FROM users WHERE tenant_id = $1 AND address_hmac = $2"];
    BY_USER_NAME = ["SELECT ", columns!(), " FROM users WHERE tenant_id = $1 AND user_name_hmac = $2"];
    BY_EXTERNAL_ID = ["SELECT ", columns!(), " FROM users WHERE tenant_id = $1 AND external_id_hmac = $2"];
    ALL = ["SELECT ", columns!(), " FROM users WHERE tenant_id = $1 AND left_at IS NULL ORDER BY id"];
    PAGE = [
        "SELECT ", columns!(),
        " FROM users WHERE tenant_id = $1 AND left_at IS NULL ORDER BY id LIMIT $2 OFFSET $3",
    ];
    COUNT = "SELECT COUNT(*) AS value FROM users WHERE tenant_id = $1 AND left_at IS NULL";
    CHANGE = "UPDATE users SET address = $4, address_hmac = $5, name = $6, role = $7, directory = $8, \
        user_name_hmac = $9, external_id_hmac = $10, updated_at = $11, disabled_at = $12, left_at = $13, \
        version = version + 1 WHERE tenant_id = $1 AND id = $2 AND version = $3";
    GROUPS_OF = "SELECT m.user_id, m.group_id, g.name FROM group_members m JOIN groups g ON g.id = m.group_id \
        WHERE m.user_id = $1 ORDER BY m.group_id";
    REVOKE_TOKENS = "UPDATE api_tokens SET revoked_at = $3 WHERE tenant_id = $1 AND user_id = $2 AND revoked_at IS NULL";
    FORGET_PASSWORD = "UPDATE users SET password = NULL, password_changed_at = NULL, must_change = false, totp = NULL, \
        totp_confirmed_at = NULL, totp_step = NULL WHERE tenant_id = $1 AND id = $2";
    FORGET_RECOVERY_CODES = "DELETE FROM recovery_codes WHERE user_id = $1";
    FORGET_PASSKEYS = "DELETE FROM passkeys WHERE user_id = $1";
    FORGET_KEY_PAIRS = "DELETE FROM key_pairs WHERE user_id = $1";
    FORGET_RESETS = "DELETE FROM password_resets WHERE user_id = $1";
    FORGET_IDENTITIES = "DELETE FROM user_identities WHERE user_id = $1";
    LEAVE_MAILBOXES = "DELETE FROM delegations WHERE user_id = $1";
    LEAVE_GROUPS = "DELETE FROM group_members WHERE user_id = $1";
}

impl Conn {
    /// The tenant's user with this id, unless the directory took him out.
    pub async fn directory_user(
        &mut self,
        tenant: TenantId,
        id: UserId,
    ) -> Result<Option<DirectoryUser>, DbError> {
        self.optional(&BY_ID, binds![tenant, id]).await
    }

    /// The tenant's user with this address, whether in the directory or not.
    pub async fn directory_user_by_address(
        &mut self,
        tenant: TenantId,
        hmac: &[u8; 32],
    ) -> Result<Option<DirectoryUser>, DbError> {
        self.optional(&BY_ADDRESS, binds![tenant, hmac]).await
    }

    /// The tenant's user whom the directory knows by this name.
    pub async fn directory_user_by_name(
        &mut self,
        tenant: TenantId,
        hmac: &[u8; 32],
    ) -> Result<Option<DirectoryUser>, DbError> {
        self.optional(&BY_USER_NAME, binds![tenant, hmac]).await
    }

    /// The tenant's user whom the directory calls this.
    pub async fn directory_user_by_external_id(
        &mut self,
        tenant: TenantId,
        hmac: &[u8; 32],
    ) -> Result<Option<DirectoryUser>, DbError> {
        self.optional(&BY_EXTERNAL_ID, binds![tenant, hmac]).await
    }

    /// All users that the directory has not taken out, oldest first.
    pub async fn directory_users(&mut self, tenant: TenantId) -> Result<Vec<DirectoryUser>, DbError> {
        self.all(&ALL, binds![tenant]).await
    }

    /// Some of them, and how many there are.
    pub async fn directory_page(
        &mut self,
        tenant: TenantId,
        skip: u64,
        limit: u64,
    ) -> Result<(u64, Vec<DirectoryUser>), DbError> {
        let count = self.one(&COUNT, binds![tenant]).await?;
        Ok((count, self.all(&PAGE, binds![tenant, limit, skip]).await?))
    }

    /// The groups that a user is in.
    pub async fn groups_of_user(&mut self, user: UserId) -> Result<Vec<Membership>, DbError> {
        self.all(&GROUPS_OF, binds![user]).await
    }
}

impl Tx {
    /// Writes what has become of a user, unless he was changed since `user` was read: then `false`.
    /// [`DbError::AlreadyExists`] if another has the address, the name or the id.
    pub async fn change_directory_user(&mut self, user: &DirectoryUser) -> Result<bool, DbError> {
        let row = binds![
            user.tenant_id,
            user.id,
            user.version,
            &user.address,
            &user.address_hmac,
            &user.name,
            user.role,
            user.directory.as_ref(),
            user.user_name_hmac.as_ref(),
            user.external_id_hmac.as_ref(),
            user.updated_at,
            user.disabled_at,
            user.left_at,
        ];
        self.changes(&CHANGE, row).await
    }

    /// Takes from a user all that he signs in with, his key pairs, his API tokens, his groups and the mailboxes that he sends for: if his
    /// address is given to somebody else, that one begins with nothing.
    pub async fn forget_everything_of(
        &mut self,
        tenant: TenantId,
        user: UserId,
        now: Timestamp,
    ) -> Result<(), DbError> {
        self.execute(&REVOKE_TOKENS, binds![tenant, user, now]).await?;
        self.execute(&FORGET_PASSWORD, binds![tenant, user]).await?;
        let belongings = [
            &FORGET_RECOVERY_CODES,
            &FORGET_PASSKEYS,
            &FORGET_KEY_PAIRS,
            &FORGET_RESETS,
            &FORGET_IDENTITIES,
            &LEAVE_MAILBOXES,
            &LEAVE_GROUPS,
        ];
        for statement in belongings {
            self.execute(statement, binds![user]).await?;
        }
        Ok(())
    }
}
