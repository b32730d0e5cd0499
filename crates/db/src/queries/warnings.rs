//! Warnings that users were given.

use sealpost_domain::{TenantId, Timestamp, UserId, WarningId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// What a user was warned of.
    pub struct Warning {
        /// Which.
        pub id: WarningId,
        /// The tenant.
        pub tenant_id: TenantId,
        /// Who was warned.
        pub user_id: UserId,
        /// By whom; `None`: the operator.
        pub given_by: Option<UserId>,
        /// What he was told, sealed under the tenant key.
        pub text: Vec<u8>,
        /// When.
        pub created_at: Timestamp,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, user_id, given_by, text, created_at"
    };
}

statements! {
    INSERT = ["INSERT INTO warnings (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6)"];
    BY_ID = ["SELECT ", columns!(), " FROM warnings WHERE tenant_id = $1 AND id = $2"];
    OF_USER = ["SELECT ", columns!(), " FROM warnings WHERE user_id = $1 ORDER BY id DESC LIMIT $2"];
    REMOVE_OF_USER = "DELETE FROM warnings WHERE user_id = $1";
    COUNT_SINCE = "SELECT COUNT(*) AS value FROM warnings WHERE user_id = $1 AND created_at > $2";
}

impl Conn {
    /// The tenant's warning with this id.
    pub async fn warning(&mut self, tenant: TenantId, id: WarningId) -> Result<Option<Warning>, DbError> {
        self.optional(&BY_ID, binds![tenant, id]).await
    }

    /// At most `limit` warnings of a user, newest first.
    pub async fn warnings_of_user(&mut self, user: UserId, limit: u32) -> Result<Vec<Warning>, DbError> {
        self.all(&OF_USER, binds![user, limit]).await
    }

    /// How many warnings a user was given after `since`.
    pub async fn warnings_since(&mut self, user: UserId, since: Timestamp) -> Result<u64, DbError> {
        self.one(&COUNT_SINCE, binds![user, since]).await
    }
}

impl Tx {
    /// Removes all warnings of a user, and says how many there were.
    pub async fn remove_warnings(&mut self, user: UserId) -> Result<u64, DbError> {
        self.execute(&REMOVE_OF_USER, binds![user]).await
    }

    /// Adds a warning.
    pub async fn insert_warning(&mut self, w: &Warning) -> Result<(), DbError> {
        let row = binds![w.id, w.tenant_id, w.user_id, w.given_by, &w.text, w.created_at];
        self.execute(&INSERT, row).await.map(drop)
    }
}
