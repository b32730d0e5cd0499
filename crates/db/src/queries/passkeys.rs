//! Passkeys, and the ceremonies in which they were used.

use sealpost_domain::{PasskeyId, TenantId, Timestamp, UserId};
use uuid::Uuid;

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A passkey of a user.
    pub struct Passkey {
        /// Which.
        pub id: PasskeyId,
        /// Its tenant.
        pub tenant_id: TenantId,
        /// Whose.
        pub user_id: UserId,
        /// SHA-256 of the id that its authenticator gave it; unique.
        pub credential_hash: [u8; 32],
        /// Public key, counter and flags, sealed under the tenant key.
        pub credential: Vec<u8>,
        /// What its owner calls it, sealed under the tenant key.
        pub label: Vec<u8>,
        /// When it was added.
        pub created_at: Timestamp,
        /// When somebody has signed in with it last.
        pub last_used_at: Option<Timestamp>,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, user_id, credential_hash, credential, label, created_at, last_used_at"
    };
}

statements! {
    INSERT = ["INSERT INTO passkeys (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"];
    BY_CREDENTIAL = ["SELECT ", columns!(), " FROM passkeys WHERE credential_hash = $1"];
    OF_USER = ["SELECT ", columns!(), " FROM passkeys WHERE tenant_id = $1 AND user_id = $2 ORDER BY id"];
    USE = "UPDATE passkeys SET credential = $3, last_used_at = $4 WHERE id = $1 AND credential = $2";
    REMOVE = "DELETE FROM passkeys WHERE tenant_id = $1 AND user_id = $2 AND id = $3";
    REMOVE_ALL = "DELETE FROM passkeys WHERE tenant_id = $1 AND user_id = $2";
    USE_CEREMONY = "INSERT INTO used_ceremonies (id, expires_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
    SWEEP_CEREMONIES = "DELETE FROM used_ceremonies WHERE expires_at <= $1";
}

impl Conn {
    /// The passkey to which its authenticator has given the id with this hash.
    pub async fn passkey_by_credential(&mut self, hash: &[u8; 32]) -> Result<Option<Passkey>, DbError> {
        self.optional(&BY_CREDENTIAL, binds![hash]).await
    }

    /// A user's passkeys, oldest first.
    pub async fn passkeys(&mut self, tenant: TenantId, user: UserId) -> Result<Vec<Passkey>, DbError> {
        self.all(&OF_USER, binds![tenant, user]).await
    }
}

impl Tx {
    /// Adds a passkey. [`DbError::AlreadyExists`] if it is anybody's already.
    pub async fn insert_passkey(&mut self, p: &Passkey) -> Result<(), DbError> {
        let row = binds![
            p.id,
            p.tenant_id,
            p.user_id,
            &p.credential_hash,
            &p.credential,
            &p.label,
            p.created_at,
            p.last_used_at,
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Notes that a passkey was used, with what has become of it. `false` if it was used meanwhile, or removed.
    pub async fn use_passkey(
        &mut self,
        id: PasskeyId,
        from: &[u8],
        to: &[u8],
        now: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&USE, binds![id, from, to, now]).await
    }

    /// Removes a passkey. `false` if the user has no such one.
    pub async fn remove_passkey(
        &mut self,
        tenant: TenantId,
        user: UserId,
        id: PasskeyId,
    ) -> Result<bool, DbError> {
        self.changes(&REMOVE, binds![tenant, user, id]).await
    }

    /// Removes all passkeys of a user, and says how many there were.
    pub async fn remove_passkeys(&mut self, tenant: TenantId, user: UserId) -> Result<u64, DbError> {
        self.execute(&REMOVE_ALL, binds![tenant, user]).await
    }

    /// Notes that a ceremony has come to its end, and forgets those whose time was over at `now`. `false` if this one
    /// had come to its end before.
    pub async fn use_ceremony(
        &mut self,
        id: Uuid,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        self.execute(&SWEEP_CEREMONIES, binds![now]).await?;
        self.changes(&USE_CEREMONY, binds![id, expires_at]).await
    }
}
