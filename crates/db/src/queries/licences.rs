//! Licences of tenants, and the seats that they carry.

use sealpost_domain::{TenantId, TenantSlug, Timestamp, UserId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// What a tenant's licence is looked at with.
    pub struct Licensing {
        /// Its short name.
        pub slug: TenantSlug,
        /// Its licence as it was issued; nothing says that it is genuine.
        pub licence: Option<String>,
    }

    /// A user's place among those of his tenant who have seats.
    pub struct SeatPlace {
        /// His tenant's short name.
        pub slug: TenantSlug,
        /// Its licence as it was issued; nothing says that it is genuine.
        pub licence: Option<String>,
        /// Since when a seat is his.
        pub seat_at: Option<Timestamp>,
        /// How many users have theirs for longer; those who are disabled have none.
        pub ahead: u64,
    }
}

statements! {
    LICENSING = "SELECT slug, licence FROM tenants WHERE id = $1";
    LICENSING_LOCKED = locking "SELECT slug, licence FROM tenants WHERE id = $1";
    SET_LICENCE = "UPDATE tenants SET licence = $2 WHERE id = $1";
    PLACE = "SELECT t.slug, t.licence, u.seat_at, \
        (SELECT count(*) FROM users o WHERE o.tenant_id = u.tenant_id AND o.seat_at IS NOT NULL \
            AND o.disabled_at IS NULL AND (o.seat_at, o.id) < (u.seat_at, u.id)) AS ahead \
        FROM users u JOIN tenants t ON t.id = u.tenant_id WHERE u.tenant_id = $1 AND u.id = $2";
    ASSIGNED = "SELECT count(*) AS value FROM users WHERE tenant_id = $1 AND seat_at IS NOT NULL AND disabled_at IS NULL";
    ASSIGN = "UPDATE users SET seat_at = $3 WHERE tenant_id = $1 AND id = $2 AND seat_at IS NULL";
    WITHDRAW = "UPDATE users SET seat_at = NULL WHERE tenant_id = $1 AND id = $2 AND seat_at IS NOT NULL";
}

impl Conn {
    /// The tenant's licence.
    pub async fn licensing(&mut self, tenant: TenantId) -> Result<Option<Licensing>, DbError> {
        self.optional(&LICENSING, binds![tenant]).await
    }

    /// The user's place among those with seats, in one query.
    pub async fn seat_place(&mut self, tenant: TenantId, user: UserId) -> Result<Option<SeatPlace>, DbError> {
        self.optional(&PLACE, binds![tenant, user]).await
    }

    /// How many of the tenant's users have a seat, whatever the licence carries; those who are disabled do not count.
    pub async fn seats_assigned(&mut self, tenant: TenantId) -> Result<u64, DbError> {
        self.one(&ASSIGNED, binds![tenant]).await
    }
}

impl Tx {
    /// The tenant's licence, which nobody else changes until the transaction is over.
    pub async fn licensing_for_update(&mut self, tenant: TenantId) -> Result<Option<Licensing>, DbError> {
        self.optional(&LICENSING_LOCKED, binds![tenant]).await
    }

    /// Gives a tenant a licence. `false` if there is no such tenant.
    pub async fn set_licence(&mut self, tenant: TenantId, licence: &str) -> Result<bool, DbError> {
        self.changes(&SET_LICENCE, binds![tenant, licence]).await
    }

    /// Gives a user a seat, the last in the order. `false` if he has one already or there is no such user.
    pub async fn assign_seat(
        &mut self,
        tenant: TenantId,
        user: UserId,
        at: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&ASSIGN, binds![tenant, user, at]).await
    }

    /// Takes a user's seat: who was behind him moves up. `false` if he has none or there is no such user.
    pub async fn withdraw_seat(&mut self, tenant: TenantId, user: UserId) -> Result<bool, DbError> {
        self.changes(&WITHDRAW, binds![tenant, user]).await
    }
}
