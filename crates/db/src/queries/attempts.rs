//! Wrong passwords and codes that were tried on a transfer, and its lock.

use sealpost_domain::{Timestamp, TransferId};

use crate::{conn::Tx, error::DbError, sql::statements, value::binds};

statements! {
    COUNT_FAILED = "UPDATE transfers SET failed_attempts = failed_attempts + 1 WHERE id = $1 \
        RETURNING failed_attempts AS value";
    UNCOUNT_FAILED = "UPDATE transfers SET failed_attempts = failed_attempts - 1 \
        WHERE id = $1 AND failed_attempts > 0";
    LOCK = "UPDATE transfers SET locked_at = $2 WHERE id = $1 AND locked_at IS NULL AND failed_attempts >= $3";
    FORGET_FAILED = "UPDATE transfers SET failed_attempts = 0 WHERE id = $1 AND locked_at IS NULL";
    CLEAR_FAILED = "UPDATE transfers SET failed_attempts = 0, locked_at = NULL \
        WHERE id = $1 AND (failed_attempts <> 0 OR locked_at IS NOT NULL)";
}

impl Tx {
    /// Counts a wrong password and gives the new count; `None` if the transfer is gone.
    pub async fn count_failed_attempt(&mut self, id: TransferId) -> Result<Option<u64>, DbError> {
        self.optional(&COUNT_FAILED, binds![id]).await
    }

    /// Takes back what [`Self::count_failed_attempt`] counted: the password could not be checked.
    pub async fn uncount_failed_attempt(&mut self, id: TransferId) -> Result<bool, DbError> {
        self.changes(&UNCOUNT_FAILED, binds![id]).await
    }

    /// Locks a transfer against any password once so many wrong ones were counted. `false` if there were fewer, or it
    /// was locked before.
    pub async fn lock_transfer(
        &mut self,
        id: TransferId,
        at: Timestamp,
        failed_attempts: u64,
    ) -> Result<bool, DbError> {
        self.changes(&LOCK, binds![id, at, failed_attempts]).await
    }

    /// Forgets wrong passwords after a right one. `false`, and nothing is forgotten, if the transfer was locked
    /// meanwhile or is gone.
    pub async fn forget_failed_attempts(&mut self, id: TransferId) -> Result<bool, DbError> {
        self.changes(&FORGET_FAILED, binds![id]).await
    }

    /// Forgets wrong passwords and the lock, for its sender. `false` if there were none.
    pub async fn clear_failed_attempts(&mut self, id: TransferId) -> Result<bool, DbError> {
        self.changes(&CLEAR_FAILED, binds![id]).await
    }
}
