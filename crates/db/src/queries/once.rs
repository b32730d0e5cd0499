//! What counts once.

use sealpost_domain::Timestamp;

use crate::{conn::Tx, error::DbError, sql::statements, value::binds};

statements! {
    SWEEP = "DELETE FROM once WHERE expires_at <= $1";
    USE = "INSERT INTO once (hash, expires_at) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING";
}

impl Tx {
    /// Uses up what has this hash, and counts until `expires_at`: whoever shows it must not be believed from then on, for the
    /// row is then swept. `false` if it was used before.
    pub async fn use_once(
        &mut self,
        hash: &[u8; 32],
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool, DbError> {
        self.execute(&SWEEP, binds![now]).await?;
        self.changes(&USE, binds![hash, expires_at]).await
    }
}
