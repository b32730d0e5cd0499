//! What time it was when the service last looked.

use sealpost_domain::Timestamp;

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    sql::statements,
    value::binds,
};

statements! {
    GET = "SELECT seen_at AS value FROM clock WHERE one = 1";
    /// Not the latest of all times: after a clock that was ahead has been put back, the earlier one is right.
    PUT = "INSERT INTO clock (one, seen_at) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET seen_at = excluded.seen_at";
}

impl Conn {
    /// When a service last noted the time; `None` before the first time.
    pub async fn clock_seen(&mut self) -> Result<Option<Timestamp>, DbError> {
        self.optional(&GET, binds![]).await
    }
}

impl Tx {
    /// Notes the time.
    pub async fn note_clock(&mut self, now: Timestamp) -> Result<(), DbError> {
        self.execute(&PUT, binds![now]).await.map(drop)
    }
}
