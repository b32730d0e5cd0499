//! API tokens.

use sealpost_domain::{ApiTokenId, Scopes, TenantId, Timestamp, UserId};

use super::acting_user::{ActingUser, acting_user};
use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// An API token, of which only the hash is kept.
    pub struct ApiToken {
        /// Its id, which is no secret.
        pub id: ApiTokenId,
        /// The tenant of its user.
        pub tenant_id: TenantId,
        /// Who acts when it is shown.
        pub user_id: UserId,
        /// SHA-256 of the token; unique.
        pub token_hash: [u8; 32],
        /// What its user calls it.
        pub label: String,
        /// What it may be used for.
        pub scopes: Scopes,
        /// When it was made.
        pub created_at: Timestamp,
        /// From when on it is worth nothing.
        pub expires_at: Timestamp,
        /// When it was taken back.
        pub revoked_at: Option<Timestamp>,
        /// When it was used last, within a minute.
        pub used_at: Option<Timestamp>,
    }

    /// A token with its user and his tenant.
    ///
    /// Whether it still counts is the caller's to say: compare `expires_at` and `revoked_at`.
    pub struct TokenOwner {
        /// The token.
        pub token_id: ApiTokenId,
        /// What the token may be used for.
        pub scopes: Scopes,
        /// From when on it is worth nothing.
        pub expires_at: Timestamp,
        /// When it was taken back.
        pub revoked_at: Option<Timestamp>,
        /// When it was used last, within a minute.
        pub used_at: Option<Timestamp>,
        /// Who acts when it is shown.
        pub user: ActingUser,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, user_id, token_hash, label, scopes, created_at, expires_at, revoked_at, used_at"
    };
}

statements! {
    INSERT = ["INSERT INTO api_tokens (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"];
    BY_HASH = [
        "SELECT k.id AS token_id, k.scopes, k.expires_at, k.revoked_at, k.used_at, ", acting_user!(),
        " FROM api_tokens k JOIN users u ON u.id = k.user_id JOIN tenants t ON t.id = k.tenant_id \
         WHERE k.token_hash = $1",
    ];
    OF_TENANT = ["SELECT ", columns!(), " FROM api_tokens WHERE tenant_id = $1 ORDER BY id"];
    OF_USER = ["SELECT ", columns!(), " FROM api_tokens WHERE tenant_id = $1 AND user_id = $2 ORDER BY id"];
    REVOKE_OF_USER = "UPDATE api_tokens SET revoked_at = $4 \
        WHERE tenant_id = $1 AND user_id = $2 AND id = $3 AND revoked_at IS NULL";
    USED = "UPDATE api_tokens SET used_at = $2 WHERE id = $1";
    REVOKE = "UPDATE api_tokens SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
}

impl Conn {
    /// The token with this hash, its user and his tenant, in one query.
    pub async fn token_by_hash(&mut self, hash: &[u8; 32]) -> Result<Option<TokenOwner>, DbError> {
        self.optional(&BY_HASH, binds![hash]).await
    }

    /// The tenant's tokens in the order in which they were made.
    pub async fn tokens(&mut self, tenant: TenantId) -> Result<Vec<ApiToken>, DbError> {
        self.all(&OF_TENANT, binds![tenant]).await
    }

    /// The user's tokens in the order in which they were made, with those that count no more.
    pub async fn tokens_of_user(&mut self, tenant: TenantId, user: UserId) -> Result<Vec<ApiToken>, DbError> {
        self.all(&OF_USER, binds![tenant, user]).await
    }
}

impl Tx {
    /// Adds a token.
    pub async fn insert_token(&mut self, t: &ApiToken) -> Result<(), DbError> {
        let row = binds![
            t.id,
            t.tenant_id,
            t.user_id,
            &t.token_hash,
            &t.label,
            &t.scopes,
            t.created_at,
            t.expires_at,
            t.revoked_at,
            t.used_at,
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Notes that a token is in use. `false` if there is none.
    pub async fn set_token_used(&mut self, id: ApiTokenId, at: Timestamp) -> Result<bool, DbError> {
        self.changes(&USED, binds![id, at]).await
    }

    /// Takes a token back. `false` if there is none or it was taken back before.
    pub async fn revoke_token(
        &mut self,
        tenant: TenantId,
        id: ApiTokenId,
        at: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&REVOKE, binds![tenant, id, at]).await
    }

    /// Takes a token of this user back. `false` if he has none such or it was taken back before.
    pub async fn revoke_token_of_user(
        &mut self,
        tenant: TenantId,
        user: UserId,
        id: ApiTokenId,
        at: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&REVOKE_OF_USER, binds![tenant, user, id, at]).await
    }
}
