//! The add-in's wishes to be signed in by a page.

use std::time::Duration;

use sealpost_domain::{PairingId, PairingState, SessionId, TenantId, Timestamp, UserId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A wish to be signed in.
    pub struct Pairing {
        /// Its id.
        pub id: PairingId,
        /// The tenant whose add-in it is.
        pub tenant_id: TenantId,
        /// SHA-256 of what the add-in keeps; unique.
        pub device_hash: [u8; 32],
        /// HMAC of what people read and type; unique.
        pub code_hmac: [u8; 32],
        /// What the add-in's program calls itself, sealed under the tenant key.
        pub agent: Vec<u8>,
        /// HMAC of the network that it was begun in, if that is known.
        pub network_hmac: Option<[u8; 32]>,
        /// What has become of it.
        pub state: PairingState,
        /// Who has confirmed or refused it.
        pub user_id: Option<UserId>,
        /// In which session he has confirmed it.
        pub session_id: Option<SessionId>,
        /// When it was begun.
        pub created_at: Timestamp,
        /// From when on it counts no more.
        pub expires_at: Timestamp,
        /// When the add-in has asked last while it was waiting.
        pub polled_at: Option<Timestamp>,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, device_hash, code_hmac, agent, network_hmac, state, user_id, session_id, created_at, expires_at, \
         polled_at"
    };
}

statements! {
    INSERT = [
        "INSERT INTO pairings (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    ];
    BY_DEVICE = ["SELECT ", columns!(), " FROM pairings WHERE device_hash = $1"];
    BY_CODE = ["SELECT ", columns!(), " FROM pairings WHERE code_hmac = $1"];
    /// What is later than now is of a clock that has been put back since.
    POLL = "UPDATE pairings SET polled_at = $2 WHERE id = $1 \
        AND (polled_at IS NULL OR polled_at <= $3 OR polled_at > $2)";
    CONFIRM = "UPDATE pairings SET state = 'confirmed', user_id = $2, session_id = $3 WHERE id = $1 AND state = 'waiting'";
    REFUSE = "UPDATE pairings SET state = 'refused', user_id = $2 WHERE id = $1 AND state = 'waiting'";
    USE = "UPDATE pairings SET state = 'used' WHERE id = $1 AND state = 'confirmed'";
    SWEEP = "DELETE FROM pairings WHERE expires_at <= $1";
    SWEEP_AHEAD = "DELETE FROM pairings WHERE expires_at > $1";
}

impl Conn {
    /// The one that the add-in keeps this of.
    pub async fn pairing_by_device(&mut self, hash: &[u8; 32]) -> Result<Option<Pairing>, DbError> {
        self.optional(&BY_DEVICE, binds![hash]).await
    }

    /// The one that people read this of.
    pub async fn pairing_by_code(&mut self, hmac: &[u8; 32]) -> Result<Option<Pairing>, DbError> {
        self.optional(&BY_CODE, binds![hmac]).await
    }
}

impl Tx {
    /// Adds one. [`DbError::AlreadyExists`] if another has the code.
    pub async fn insert_pairing(&mut self, p: &Pairing) -> Result<(), DbError> {
        let row = binds![
            p.id,
            p.tenant_id,
            &p.device_hash,
            &p.code_hmac,
            &p.agent,
            p.network_hmac.as_ref(),
            p.state,
            p.user_id,
            p.session_id,
            p.created_at,
            p.expires_at,
            p.polled_at,
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Notes that the add-in asks. `false`, and nothing is noted, if it has asked after `last` before.
    pub async fn poll_pairing(
        &mut self,
        id: PairingId,
        now: Timestamp,
        last: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&POLL, binds![id, now, last]).await
    }

    /// Confirms one that waits. `false` if it does not.
    pub async fn confirm_pairing(
        &mut self,
        id: PairingId,
        user: UserId,
        session: SessionId,
    ) -> Result<bool, DbError> {
        self.changes(&CONFIRM, binds![id, user, session]).await
    }

    /// Refuses one that waits. `false` if it does not.
    pub async fn refuse_pairing(&mut self, id: PairingId, user: UserId) -> Result<bool, DbError> {
        self.changes(&REFUSE, binds![id, user]).await
    }

    /// Takes one that was confirmed out of use. `false` if it is not, or was used before.
    pub async fn use_pairing(&mut self, id: PairingId) -> Result<bool, DbError> {
        self.changes(&USE, binds![id]).await
    }

    /// Removes those whose time is over, and those that only a clock that was ahead can have made: that end later than
    /// `longest` from now. Gives how many.
    pub async fn sweep_pairings(&mut self, now: Timestamp, longest: Duration) -> Result<u64, DbError> {
        let ahead = self.execute(&SWEEP_AHEAD, binds![now + longest]).await?;
        Ok(ahead + self.execute(&SWEEP, binds![now]).await?)
    }
}
