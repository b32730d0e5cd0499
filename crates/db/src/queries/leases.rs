//! Named leases: of several nodes one does what only one may do.

use sealpost_domain::Timestamp;

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A lease as it stands.
    pub struct Lease {
        /// What it is about.
        pub name: String,
        /// Grows with every holder: one that was overtaken names a smaller one.
        pub fence: u64,
        /// When it ends.
        pub leased_until: Timestamp,
    }
}

statements! {
    ACQUIRE = "INSERT INTO leases (name, fence, leased_until) VALUES ($1, 1, $3) ON CONFLICT (name) DO UPDATE \
        SET fence = leases.fence + 1, leased_until = excluded.leased_until WHERE leases.leased_until <= $2 \
        RETURNING fence AS value";
    RENEW = "UPDATE leases SET leased_until = $3 WHERE name = $1 AND fence = $2";
    BY_NAME = "SELECT name, fence, leased_until FROM leases WHERE name = $1";
}

impl Conn {
    /// The lease with this name, if anybody ever had it.
    pub async fn lease(&mut self, name: &str) -> Result<Option<Lease>, DbError> {
        self.optional(&BY_NAME, binds![name]).await
    }
}

impl Tx {
    /// Takes a lease until `lease_end` and gives its fence; `None` if somebody has it at `now`.
    pub async fn acquire_lease(
        &mut self,
        name: &str,
        now: Timestamp,
        lease_end: Timestamp,
    ) -> Result<Option<u64>, DbError> {
        self.optional(&ACQUIRE, binds![name, now, lease_end]).await
    }

    /// Holds a lease longer. `false` if it was lost: then stop.
    pub async fn renew_lease(
        &mut self,
        name: &str,
        fence: u64,
        lease_end: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&RENEW, binds![name, fence, lease_end]).await
    }

    /// Gives a lease back. `false` if it was lost.
    pub async fn release_lease(&mut self, name: &str, fence: u64) -> Result<bool, DbError> {
        self.changes(&RENEW, binds![name, fence, Timestamp::from_unix_millis(0)]).await
    }
}
