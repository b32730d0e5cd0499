//! API clients: programs that sign in by themselves, and the access tokens that they get.

use sealpost_domain::{ApiClientId, Role, Scopes, TenantId, Timestamp, UserId};

use super::acting_user::{ActingUser, acting_user};
use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A program that acts as a user.
    pub struct ApiClient {
        /// Its id, which is no secret.
        pub id: ApiClientId,
        /// The tenant of its user.
        pub tenant_id: TenantId,
        /// Who acts when it does.
        pub user_id: UserId,
        /// What it is called.
        pub name: String,
        /// What it may be used for.
        pub scopes: Scopes,
        /// SHA-256 of its secret.
        pub secret_hash: [u8; 32],
        /// SHA-256 of the secret before it.
        pub previous_hash: Option<[u8; 32]>,
        /// Until when that one counts.
        pub previous_until: Option<Timestamp>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it was taken back.
        pub revoked_at: Option<Timestamp>,
    }

    /// A client with what a request for an access token needs to know.
    pub struct ClientOwner {
        /// What its user is.
        pub role: Role,
        /// Since when he may do nothing.
        pub disabled_at: Option<Timestamp>,
        /// Since when his tenant is suspended.
        pub suspended_at: Option<Timestamp>,
        /// The client.
        pub client: ApiClient,
    }

    /// An access token with its client, its user and his tenant.
    ///
    /// Whether it still counts is the caller's to say: compare `expires_at` and `revoked_at`.
    pub struct AccessTokenOwner {
        /// The client.
        pub client_id: ApiClientId,
        /// What the token may be used for.
        pub scopes: Scopes,
        /// What the client may be used for by now.
        pub client_scopes: Scopes,
        /// From when on the token is worth nothing.
        pub expires_at: Timestamp,
        /// When the client was taken back.
        pub revoked_at: Option<Timestamp>,
        /// Who acts when it is shown.
        pub user: ActingUser,
    }
}

/// An access token, of which only the hash is kept.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// The tenant of its client.
    pub tenant_id: TenantId,
    /// The client.
    pub client_id: ApiClientId,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is worth nothing.
    pub expires_at: Timestamp,
}

macro_rules! columns {
    () => {
        "c.id, c.tenant_id, c.user_id, c.name, c.scopes, c.secret_hash, c.previous_hash, c.previous_until, c.created_at, \
         c.revoked_at"
    };
}

statements! {
    INSERT = "INSERT INTO api_clients (id, tenant_id, user_id, name, scopes, secret_hash, previous_hash, previous_until, \
        created_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    OF_TENANT = ["SELECT ", columns!(), " FROM api_clients c WHERE c.tenant_id = $1 ORDER BY c.id"];
    BY_ID = ["SELECT ", columns!(), " FROM api_clients c WHERE c.tenant_id = $1 AND c.id = $2"];
    OWNER = [
        "SELECT u.role, u.disabled_at, t.suspended_at, ", columns!(),
        " FROM api_clients c JOIN users u ON u.id = c.user_id JOIN tenants t ON t.id = c.tenant_id WHERE c.id = $1",
    ];
    ROTATE = "UPDATE api_clients SET previous_hash = secret_hash, previous_until = $4, secret_hash = $3 \
        WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
    REVOKE = "UPDATE api_clients SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
    INSERT_TOKEN = "INSERT INTO access_tokens (token_hash, tenant_id, client_id, scopes, created_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    BY_TOKEN = [
        "SELECT k.client_id, k.scopes, c.scopes AS client_scopes, k.expires_at, c.revoked_at, ", acting_user!(),
        " FROM access_tokens k JOIN api_clients c ON c.id = k.client_id JOIN users u ON u.id = c.user_id \
         JOIN tenants t ON t.id = k.tenant_id WHERE k.token_hash = $1",
    ];
    END_TOKENS = "DELETE FROM access_tokens WHERE client_id = $1";
    FORGET_EXPIRED = "DELETE FROM access_tokens WHERE token_hash IN ( \
        SELECT token_hash FROM access_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
}

impl Conn {
    /// The tenant's clients in the order in which they were made.
    pub async fn api_clients(&mut self, tenant: TenantId) -> Result<Vec<ApiClient>, DbError> {
        self.all(&OF_TENANT, binds![tenant]).await
    }

    /// The tenant's client with this id.
    pub async fn api_client(
        &mut self,
        tenant: TenantId,
        id: ApiClientId,
    ) -> Result<Option<ApiClient>, DbError> {
        self.optional(&BY_ID, binds![tenant, id]).await
    }

    /// The client with this id, whoever's it is, with its user: for a request that shows its secret.
    pub async fn api_client_owner(&mut self, id: ApiClientId) -> Result<Option<ClientOwner>, DbError> {
        self.optional(&OWNER, binds![id]).await
    }

    /// The access token with this hash, its client, its user and his tenant, in one query.
    pub async fn access_token_by_hash(
        &mut self,
        hash: &[u8; 32],
    ) -> Result<Option<AccessTokenOwner>, DbError> {
        self.optional(&BY_TOKEN, binds![hash]).await
    }
}

impl Tx {
    /// Adds a client.
    pub async fn insert_api_client(&mut self, c: &ApiClient) -> Result<(), DbError> {
        let row = binds![
            c.id,
            c.tenant_id,
            c.user_id,
            &c.name,
            &c.scopes,
            &c.secret_hash,
            c.previous_hash.as_ref(),
            c.previous_until,
            c.created_at,
            c.revoked_at,
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Gives a client another secret; the one it has counts until `previous_until`, and the one before that no more. `false`
    /// if there is none, or it was taken back.
    pub async fn rotate_api_client(
        &mut self,
        tenant: TenantId,
        id: ApiClientId,
        secret_hash: &[u8; 32],
        previous_until: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&ROTATE, binds![tenant, id, secret_hash, previous_until]).await
    }

    /// Takes a client back, and its access tokens. `false` if there is none, or it was taken back before.
    pub async fn revoke_api_client(
        &mut self,
        tenant: TenantId,
        id: ApiClientId,
        at: Timestamp,
    ) -> Result<bool, DbError> {
        let revoked = self.changes(&REVOKE, binds![tenant, id, at]).await?;
        if revoked {
            self.execute(&END_TOKENS, binds![id]).await?;
        }
        Ok(revoked)
    }

    /// Adds an access token.
    pub async fn insert_access_token(&mut self, t: &AccessToken) -> Result<(), DbError> {
        let row = binds![&t.token_hash, t.tenant_id, t.client_id, &t.scopes, t.created_at, t.expires_at];
        self.execute(&INSERT_TOKEN, row).await.map(drop)
    }

    /// Forgets access tokens that ended before `now`, at most `limit`.
    pub async fn forget_access_tokens(&mut self, now: Timestamp, limit: u64) -> Result<u64, DbError> {
        self.execute(&FORGET_EXPIRED, binds![now, limit]).await
    }
}
