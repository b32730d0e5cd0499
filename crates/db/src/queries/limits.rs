//! How often something may be tried, for all nodes together: the generic cell rate algorithm (ITU-T I.371) in a table.

use std::time::Duration;

use sealpost_domain::Timestamp;

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    sql::statements,
    value::binds,
};

/// As far as clocks of two nodes differ, and as long as whoever has looked at his clock waits for the database: who comes with an
/// earlier time than others is counted as they are.
const CLOCKS_DIFFER: Duration = Duration::from_secs(60);

/// What is paid until is never further ahead than a burst. A row that is, by more than `CLOCKS_DIFFER`, was written by a clock that
/// has been put back since: it counts for nothing, or its key would have to wait until the clock is there again.
macro_rules! paid {
    () => {
        "(CASE WHEN limits.paid_until BETWEEN $2 AND CAST($5 AS BIGINT) THEN limits.paid_until \
         ELSE CAST($2 AS BIGINT) END + CAST($3 AS BIGINT))"
    };
}

statements! {
    COUNT = [
        "INSERT INTO limits (key, paid_until) VALUES ($1, CAST($2 AS BIGINT) + CAST($3 AS BIGINT)) \
         ON CONFLICT (key) DO UPDATE SET paid_until = ", paid!(), " WHERE ", paid!(), " <= $4 RETURNING paid_until AS value",
    ];
    GET = "SELECT paid_until AS value FROM limits WHERE key = $1";
    FORGET = "DELETE FROM limits WHERE key = $1";
    SWEEP = "DELETE FROM limits WHERE paid_until <= $1";
    SWEEP_AHEAD = "DELETE FROM limits WHERE paid_until > $1";
}

impl Conn {
    /// Until when the attempts that were counted for a key are paid; `None` if none is remembered.
    pub async fn limit(&mut self, key: &[u8; 32]) -> Result<Option<Timestamp>, DbError> {
        self.optional(&GET, binds![key]).await
    }
}

impl Tx {
    /// Counts an attempt that costs `interval`, unless the key would then run further ahead of `now` than `burst`. In one
    /// statement, so that of many at once no more get through than there is room for. `false`: refused, and not counted.
    ///
    /// `interval` is at most `burst`.
    pub async fn count_limit(
        &mut self,
        key: &[u8; 32],
        now: Timestamp,
        interval: Duration,
        burst: Duration,
    ) -> Result<bool, DbError> {
        let cost = u64::try_from(interval.as_millis()).unwrap_or(u64::MAX);
        let most = now + burst;
        let counted: Option<Timestamp> =
            self.optional(&COUNT, binds![key, now, cost, most, most + CLOCKS_DIFFER]).await?;
        Ok(counted.is_some())
    }

    /// Forgets all attempts of a key. `false` if there were none.
    pub async fn forget_limit(&mut self, key: &[u8; 32]) -> Result<bool, DbError> {
        self.changes(&FORGET, binds![key]).await
    }

    /// Removes what says nothing any more at `now`, and what only a clock that was ahead can have written: whatever is
    /// further ahead than `longest`, and than clocks differ. Gives how many.
    pub async fn sweep_limits(&mut self, now: Timestamp, longest: Duration) -> Result<u64, DbError> {
        let ahead = self.execute(&SWEEP_AHEAD, binds![now + longest + CLOCKS_DIFFER]).await?;
        Ok(ahead + self.execute(&SWEEP, binds![now]).await?)
    }
}
