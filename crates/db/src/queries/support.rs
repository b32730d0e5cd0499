//! Support access: what a tenant's owner allows, and what the operator's support shows.

use sealpost_domain::{SupportGrantId, TenantId, Timestamp, UserId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// An owner's leave for the operator's support to look in.
    pub struct SupportGrant {
        /// Which.
        pub id: SupportGrantId,
        /// Whose tenant.
        pub tenant_id: TenantId,
        /// The owner who gave it.
        pub given_by: UserId,
        /// What it is for, sealed under the tenant key.
        pub reason: Vec<u8>,
        /// When it was given.
        pub created_at: Timestamp,
        /// When it ends.
        pub expires_at: Timestamp,
        /// When it was withdrawn.
        pub withdrawn_at: Option<Timestamp>,
    }

    /// A token of the operator's support, of which only the hash is kept.
    pub struct SupportToken {
        /// SHA-256 of the token; unique.
        pub token_hash: [u8; 32],
        /// The tenant.
        pub tenant_id: TenantId,
        /// What it rests on.
        pub grant_id: SupportGrantId,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it ends, at the latest.
        pub expires_at: Timestamp,
    }

    /// A support token with what it rests on. Whether it still counts is the caller's to say.
    pub struct SupportVisit {
        /// The tenant.
        pub tenant_id: TenantId,
        /// What it rests on.
        pub grant_id: SupportGrantId,
        /// The owner who allowed it.
        pub given_by: UserId,
        /// When the token ends.
        pub expires_at: Timestamp,
        /// When the leave ends.
        pub grant_expires_at: Timestamp,
        /// When the leave was withdrawn.
        pub withdrawn_at: Option<Timestamp>,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, given_by, reason, created_at, expires_at, withdrawn_at"
    };
}

statements! {
    INSERT_GRANT = ["INSERT INTO support_grants (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7)"];
    GRANTS = ["SELECT ", columns!(), " FROM support_grants WHERE tenant_id = $1 ORDER BY id DESC LIMIT $2"];
    WITHDRAW = "UPDATE support_grants SET withdrawn_at = $3 \
        WHERE tenant_id = $1 AND id = $2 AND withdrawn_at IS NULL AND expires_at > $3";
    // The one that lasts longest.
    VALID = [
        "SELECT ", columns!(), " FROM support_grants \
        WHERE tenant_id = $1 AND withdrawn_at IS NULL AND expires_at > $2 ORDER BY expires_at DESC, id LIMIT 1",
    ];
    INSERT_TOKEN = "INSERT INTO support_tokens (token_hash, tenant_id, grant_id, created_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5)";
    FORGET_TOKENS = "DELETE FROM support_tokens WHERE grant_id = $1 AND expires_at <= $2";
    BY_TOKEN = "SELECT k.tenant_id, k.grant_id, g.given_by, k.expires_at, g.expires_at AS grant_expires_at, g.withdrawn_at \
        FROM support_tokens k JOIN support_grants g ON g.id = k.grant_id WHERE k.token_hash = $1";
}

impl Conn {
    /// The tenant's grants, the latest first.
    pub async fn support_grants(
        &mut self,
        tenant: TenantId,
        limit: u64,
    ) -> Result<Vec<SupportGrant>, DbError> {
        self.all(&GRANTS, binds![tenant, limit]).await
    }

    /// The grant that counts at `now`; of several the one that lasts longest.
    pub async fn valid_support_grant(
        &mut self,
        tenant: TenantId,
        now: Timestamp,
    ) -> Result<Option<SupportGrant>, DbError> {
        self.optional(&VALID, binds![tenant, now]).await
    }

    /// The token with this hash and what it rests on, in one query.
    pub async fn support_by_token(&mut self, hash: &[u8; 32]) -> Result<Option<SupportVisit>, DbError> {
        self.optional(&BY_TOKEN, binds![hash]).await
    }
}

impl Tx {
    /// Adds a grant.
    pub async fn insert_support_grant(&mut self, g: &SupportGrant) -> Result<(), DbError> {
        let row =
            binds![g.id, g.tenant_id, g.given_by, &g.reason, g.created_at, g.expires_at, g.withdrawn_at];
        self.execute(&INSERT_GRANT, row).await.map(drop)
    }

    /// Withdraws a grant. `false` if there is none that still counts.
    pub async fn withdraw_support_grant(
        &mut self,
        tenant: TenantId,
        id: SupportGrantId,
        at: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&WITHDRAW, binds![tenant, id, at]).await
    }

    /// Adds a token; those of the same grant that have ended go.
    pub async fn insert_support_token(&mut self, t: &SupportToken) -> Result<(), DbError> {
        self.execute(&FORGET_TOKENS, binds![t.grant_id, t.created_at]).await?;
        let row = binds![&t.token_hash, t.tenant_id, t.grant_id, t.created_at, t.expires_at];
        self.execute(&INSERT_TOKEN, row).await.map(drop)
    }
}
