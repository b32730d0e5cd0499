//! Groups, and who is in them.

use sealpost_domain::{GroupId, TenantId, Timestamp, UserId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// Users who belong together.
    pub struct Group {
        /// Its id.
        pub id: GroupId,
        /// Its tenant.
        pub tenant_id: TenantId,
        /// Its name, sealed under the tenant key.
        pub name: Vec<u8>,
        /// HMAC of the name in lower case; several groups may have one name.
        pub name_hmac: [u8; 32],
        /// What the directory calls it, sealed under the tenant key.
        pub external_id: Option<Vec<u8>>,
        /// Its HMAC; unique in the tenant.
        pub external_id_hmac: Option<[u8; 32]>,
        /// Grows with every change.
        pub version: u64,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it was changed last.
        pub updated_at: Timestamp,
    }

    /// A user and a group that he is in.
    pub struct UserGroup {
        /// The user.
        pub user_id: UserId,
        /// One of his groups, if he is in any.
        pub group_id: Option<GroupId>,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, name, name_hmac, external_id, external_id_hmac, version, created_at, updated_at"
    };
}

statements! {
    INSERT = ["INSERT INTO groups (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"];
    BY_ID = ["SELECT ", columns!(), " FROM groups WHERE tenant_id = $1 AND id = $2"];
    BY_NAME = ["SELECT ", columns!(), " FROM groups WHERE tenant_id = $1 AND name_hmac = $2 ORDER BY id"];
    BY_EXTERNAL_ID = ["SELECT ", columns!(), " FROM groups WHERE tenant_id = $1 AND external_id_hmac = $2"];
    ALL = ["SELECT ", columns!(), " FROM groups WHERE tenant_id = $1 ORDER BY id"];
    CHANGE = "UPDATE groups SET name = $4, name_hmac = $5, external_id = $6, external_id_hmac = $7, updated_at = $8, \
        version = version + 1 WHERE tenant_id = $1 AND id = $2 AND version = $3";
    DELETE = "DELETE FROM groups WHERE tenant_id = $1 AND id = $2 AND version = $3";
    MEMBERS = "SELECT user_id AS value FROM group_members WHERE group_id = $1 ORDER BY user_id";
    OF_ADDRESS = "SELECT u.id AS user_id, m.group_id FROM users u LEFT JOIN group_members m ON m.user_id = u.id \
        WHERE u.tenant_id = $1 AND u.address_hmac = $2 ORDER BY m.group_id";
    /// Whoever is no user of the tenant, or was taken out of the directory, is not added.
    ADD_MEMBER = "INSERT INTO group_members (group_id, user_id, tenant_id) \
        SELECT g.id, u.id, u.tenant_id FROM groups g, users u WHERE g.id = $1 AND u.tenant_id = $2 AND u.id = $3 AND u.left_at IS NULL \
        ON CONFLICT (group_id, user_id) DO NOTHING";
    REMOVE_MEMBER = "DELETE FROM group_members WHERE group_id = $1 AND user_id = $2";
    IS_USER = "SELECT EXISTS (SELECT 1 FROM users WHERE tenant_id = $1 AND id = $2 AND left_at IS NULL) AS value";
}

impl Conn {
    /// The tenant's group with this id.
    pub async fn group(&mut self, tenant: TenantId, id: GroupId) -> Result<Option<Group>, DbError> {
        self.optional(&BY_ID, binds![tenant, id]).await
    }

    /// The tenant's groups of this name, oldest first.
    pub async fn groups_by_name(&mut self, tenant: TenantId, hmac: &[u8; 32]) -> Result<Vec<Group>, DbError> {
        self.all(&BY_NAME, binds![tenant, hmac]).await
    }

    /// The tenant's group that the directory calls this.
    pub async fn group_by_external_id(
        &mut self,
        tenant: TenantId,
        hmac: &[u8; 32],
    ) -> Result<Option<Group>, DbError> {
        self.optional(&BY_EXTERNAL_ID, binds![tenant, hmac]).await
    }

    /// The tenant's groups, oldest first.
    pub async fn groups(&mut self, tenant: TenantId) -> Result<Vec<Group>, DbError> {
        self.all(&ALL, binds![tenant]).await
    }

    /// The groups of the user with this address: a row for each, one without a group for a user who is in none, and no row if
    /// it is nobody's.
    pub async fn groups_of_address(
        &mut self,
        tenant: TenantId,
        hmac: &[u8; 32],
    ) -> Result<Vec<UserGroup>, DbError> {
        self.all(&OF_ADDRESS, binds![tenant, hmac]).await
    }

    /// Who is in a group.
    pub async fn group_members(&mut self, group: GroupId) -> Result<Vec<UserId>, DbError> {
        self.all(&MEMBERS, binds![group]).await
    }
}

impl Tx {
    /// Adds a group. [`DbError::AlreadyExists`] if the directory calls another one the same.
    pub async fn insert_group(&mut self, g: &Group) -> Result<(), DbError> {
        let row = binds![
            g.id,
            g.tenant_id,
            &g.name,
            &g.name_hmac,
            g.external_id.as_ref(),
            g.external_id_hmac.as_ref(),
            g.version,
            g.created_at,
            g.updated_at,
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Writes what has become of a group, unless it was changed since `g` was read: then `false`.
    pub async fn change_group(&mut self, g: &Group) -> Result<bool, DbError> {
        let row = binds![
            g.tenant_id,
            g.id,
            g.version,
            &g.name,
            &g.name_hmac,
            g.external_id.as_ref(),
            g.external_id_hmac.as_ref(),
            g.updated_at,
        ];
        self.changes(&CHANGE, row).await
    }

    /// Removes a group, unless it was changed since `g` was read: then `false`.
    pub async fn delete_group(&mut self, g: &Group) -> Result<bool, DbError> {
        self.changes(&DELETE, binds![g.tenant_id, g.id, g.version]).await
    }

    /// Puts a user into a group. `false` if there is no such user in the tenant's directory; who is in it already stays.
    pub async fn add_group_member(
        &mut self,
        tenant: TenantId,
        group: GroupId,
        user: UserId,
    ) -> Result<bool, DbError> {
        if self.changes(&ADD_MEMBER, binds![group, tenant, user]).await? {
            return Ok(true);
        }
        self.one(&IS_USER, binds![tenant, user]).await
    }

    /// Takes a user out of a group.
    pub async fn remove_group_member(&mut self, group: GroupId, user: UserId) -> Result<bool, DbError> {
        self.changes(&REMOVE_MEMBER, binds![group, user]).await
    }
}
