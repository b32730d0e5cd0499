//! Sessions of users.

use sealpost_domain::{SessionId, SessionKind, SessionStage, SignIn, TenantId, Timestamp, UserId};

use super::acting_user::{ActingUser, acting_user};
use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A session.
    pub struct Session {
        /// Its id.
        pub id: SessionId,
        /// The tenant.
        pub tenant_id: TenantId,
        /// Who has signed in.
        pub user_id: UserId,
        /// SHA-256 of its secret.
        pub token_hash: [u8; 32],
        /// What carries it.
        pub kind: SessionKind,
        /// How far the sign-in has got.
        pub stage: SessionStage,
        /// How it began.
        pub method: SignIn,
        /// Whether a second factor was shown.
        pub second_factor: bool,
        /// What the caller called itself, sealed under the tenant key.
        pub agent: Vec<u8>,
        /// When it began.
        pub created_at: Timestamp,
        /// When it was used last, within a minute.
        pub seen_at: Timestamp,
        /// When a credential was shown last.
        pub proved_at: Timestamp,
        /// From when on it is worth nothing, however much it is used.
        pub expires_at: Timestamp,
    }

    /// A session with its user and his tenant.
    ///
    /// Whether it still counts is the caller's to say: compare the times, and the policy.
    pub struct SessionOwner {
        /// The session.
        pub session: Session,
        /// Who has signed in.
        pub user: ActingUser,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, user_id, token_hash, kind, stage, method, second_factor, agent, created_at, seen_at, \
         proved_at, expires_at"
    };
}

statements! {
    INSERT = ["INSERT INTO sessions (", columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"];
    BY_HASH = [
        "SELECT s.id, s.tenant_id, s.user_id, s.token_hash, s.kind, s.stage, s.method, s.second_factor, s.agent, \
         s.created_at, s.seen_at, s.proved_at, s.expires_at, ", acting_user!(),
        " FROM sessions s JOIN users u ON u.id = s.user_id JOIN tenants t ON t.id = s.tenant_id \
         WHERE s.token_hash = $1",
    ];
    OF_USER = ["SELECT ", columns!(), " FROM sessions WHERE tenant_id = $1 AND user_id = $2 ORDER BY id"];
    SEEN = "UPDATE sessions SET seen_at = $2 WHERE id = $1";
    PROVED = "UPDATE sessions SET proved_at = $2, second_factor = (second_factor OR $3) WHERE id = $1";
    ADVANCE = "UPDATE sessions SET stage = $2, second_factor = $3, proved_at = $4, token_hash = $5 WHERE id = $1";
    DELETE = "DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2 AND id = $3";
    DELETE_OF_USER = "DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2";
    DELETE_OTHERS = "DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2 AND id <> $3";
    /// Those that have not shown everything go first: whoever knows a password alone pushes nobody out. The one that has
    /// just begun stays.
    DELETE_SURPLUS = "DELETE FROM sessions WHERE id IN ( \
        SELECT id FROM sessions WHERE tenant_id = $1 AND user_id = $2 AND kind = $3 AND id <> $4 \
        ORDER BY CASE stage WHEN 'full' THEN 0 ELSE 1 END, seen_at DESC, id DESC LIMIT 1000000 OFFSET $5) \
        RETURNING id AS value";
    DELETE_IDLE = "DELETE FROM sessions WHERE tenant_id = $1 AND seen_at <= $2";
    DELETE_EXPIRED = "DELETE FROM sessions WHERE expires_at <= $1";
}

impl Conn {
    /// The session with this hash, its user and his tenant, in one query.
    pub async fn session_by_hash(&mut self, hash: &[u8; 32]) -> Result<Option<SessionOwner>, DbError> {
        self.optional(&BY_HASH, binds![hash]).await
    }

    /// The user's sessions in the order in which they began, with those that count no more.
    pub async fn sessions(&mut self, tenant: TenantId, user: UserId) -> Result<Vec<Session>, DbError> {
        self.all(&OF_USER, binds![tenant, user]).await
    }
}

impl Tx {
    /// Adds a session.
    pub async fn insert_session(&mut self, s: &Session) -> Result<(), DbError> {
        let row = binds![
            s.id,
            s.tenant_id,
            s.user_id,
            &s.token_hash,
            s.kind,
            s.stage,
            s.method,
            s.second_factor,
            &s.agent,
            s.created_at,
            s.seen_at,
            s.proved_at,
            s.expires_at,
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Notes that a session is in use. `false` if it has ended.
    pub async fn set_session_seen(&mut self, id: SessionId, at: Timestamp) -> Result<bool, DbError> {
        self.changes(&SEEN, binds![id, at]).await
    }

    /// Notes that a credential was shown again, and whether it was a second factor. `false` if the session has ended.
    pub async fn set_session_proved(
        &mut self,
        id: SessionId,
        at: Timestamp,
        second_factor: bool,
    ) -> Result<bool, DbError> {
        self.changes(&PROVED, binds![id, at, second_factor]).await
    }

    /// Takes a session further, under a new secret: what was known of it before is worth less. `false` if it has ended.
    pub async fn advance_session(
        &mut self,
        id: SessionId,
        stage: SessionStage,
        second_factor: bool,
        at: Timestamp,
        token_hash: &[u8; 32],
    ) -> Result<bool, DbError> {
        self.changes(&ADVANCE, binds![id, stage, second_factor, at, token_hash]).await
    }

    /// Ends a session of the user. `false` if there is none.
    pub async fn delete_session(
        &mut self,
        tenant: TenantId,
        user: UserId,
        id: SessionId,
    ) -> Result<bool, DbError> {
        self.changes(&DELETE, binds![tenant, user, id]).await
    }

    /// Ends the user's sessions, all or all but one, and says how many there were.
    pub async fn delete_sessions(
        &mut self,
        tenant: TenantId,
        user: UserId,
        except: Option<SessionId>,
    ) -> Result<u64, DbError> {
        match except {
            Some(id) => self.execute(&DELETE_OTHERS, binds![tenant, user, id]).await,
            None => self.execute(&DELETE_OF_USER, binds![tenant, user]).await,
        }
    }

    /// Ends sessions of a user and a kind until there are no more than `most` with `newest`, those first that were unused
    /// the longest. Gives which.
    pub async fn delete_surplus_sessions(
        &mut self,
        newest: &Session,
        most: u64,
    ) -> Result<Vec<SessionId>, DbError> {
        let others = most.saturating_sub(1);
        let of = binds![newest.tenant_id, newest.user_id, newest.kind, newest.id, others];
        self.all(&DELETE_SURPLUS, of).await
    }

    /// Removes the rows of a tenant's sessions that were not used after `seen_before`.
    pub async fn delete_idle_sessions(
        &mut self,
        tenant: TenantId,
        seen_before: Timestamp,
    ) -> Result<u64, DbError> {
        self.execute(&DELETE_IDLE, binds![tenant, seen_before]).await
    }

    /// Removes the rows of sessions whose longest life is over.
    pub async fn delete_expired_sessions(&mut self, now: Timestamp) -> Result<u64, DbError> {
        self.execute(&DELETE_EXPIRED, binds![now]).await
    }
}
