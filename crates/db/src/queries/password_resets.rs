//! Links with which passwords are set anew.

use sealpost_domain::{PasswordResetId, TenantId, Timestamp, UserId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A link with which a user sets his password anew.
    pub struct PasswordReset {
        /// Which.
        pub id: PasswordResetId,
        /// His tenant.
        pub tenant_id: TenantId,
        /// Who.
        pub user_id: UserId,
        /// SHA-256 of its secret; unique.
        pub token_hash: [u8; 32],
        /// Its secret, sealed under the tenant key, for the mail; `None` if somebody was given it.
        pub token: Option<Vec<u8>>,
        /// When it was asked for.
        pub created_at: Timestamp,
        /// When it ends.
        pub expires_at: Timestamp,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, user_id, token_hash, token, created_at, expires_at"
    };
}

statements! {
    INSERT = ["INSERT INTO password_resets (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7)"];
    BY_ID = ["SELECT ", columns!(), " FROM password_resets WHERE tenant_id = $1 AND id = $2"];
    BY_TOKEN = ["SELECT ", columns!(), " FROM password_resets WHERE token_hash = $1"];
    REMOVE_OF_USER = "DELETE FROM password_resets WHERE tenant_id = $1 AND user_id = $2";
    SWEEP = "DELETE FROM password_resets WHERE expires_at <= $1";
}

impl Conn {
    /// The link with this id.
    pub async fn password_reset(
        &mut self,
        tenant: TenantId,
        id: PasswordResetId,
    ) -> Result<Option<PasswordReset>, DbError> {
        self.optional(&BY_ID, binds![tenant, id]).await
    }

    /// The link with this secret; it may have ended.
    pub async fn password_reset_by_token(
        &mut self,
        hash: &[u8; 32],
    ) -> Result<Option<PasswordReset>, DbError> {
        self.optional(&BY_TOKEN, binds![hash]).await
    }
}

impl Tx {
    /// Adds a link, and forgets those whose time was over at its making.
    pub async fn insert_password_reset(&mut self, r: &PasswordReset) -> Result<(), DbError> {
        self.execute(&SWEEP, binds![r.created_at]).await?;
        let row =
            binds![r.id, r.tenant_id, r.user_id, &r.token_hash, r.token.as_ref(), r.created_at, r.expires_at];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Removes all links of a user, and says how many there were: of two that use the same one, one finds it.
    pub async fn remove_password_resets(&mut self, tenant: TenantId, user: UserId) -> Result<u64, DbError> {
        self.execute(&REMOVE_OF_USER, binds![tenant, user]).await
    }
}
