//! Recovery codes, each good once.

use sealpost_domain::{Timestamp, UserId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    sql::statements,
    value::binds,
};

statements! {
    INSERT = "INSERT INTO recovery_codes (user_id, code_hmac) VALUES ($1, $2)";
    LEFT = "SELECT COUNT(*) AS value FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL";
    USE = "UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND code_hmac = $2 AND used_at IS NULL";
    REMOVE = "DELETE FROM recovery_codes WHERE user_id = $1";
}

impl Conn {
    /// How many of a user's codes are still good.
    pub async fn recovery_codes_left(&mut self, user: UserId) -> Result<u64, DbError> {
        self.one(&LEFT, binds![user]).await
    }
}

impl Tx {
    /// Gives a user these codes instead of those that he has.
    pub async fn replace_recovery_codes(&mut self, user: UserId, hmacs: &[[u8; 32]]) -> Result<(), DbError> {
        self.execute(&REMOVE, binds![user]).await?;
        for hmac in hmacs {
            self.execute(&INSERT, binds![user, hmac]).await?;
        }
        Ok(())
    }

    /// Uses a code up. `false` if it is none of the user's, or was used before: of many at once one counts.
    pub async fn use_recovery_code(
        &mut self,
        user: UserId,
        hmac: &[u8; 32],
        now: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&USE, binds![user, hmac, now]).await
    }
}
