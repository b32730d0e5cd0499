//! What rules about content have required of a transfer's recipients.

use sealpost_domain::TransferId;

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    sql::statements,
    value::binds,
};

statements! {
    OF_TRANSFER = "SELECT required_protections AS value FROM transfers WHERE id = $1 AND required_protections IS NOT NULL";
    SET = "UPDATE transfers SET required_protections = $2 WHERE id = $1";
}

impl Conn {
    /// What every recipient must be asked for, one of these words; `None` if nothing was required.
    pub async fn required_protections(&mut self, transfer: TransferId) -> Result<Option<String>, DbError> {
        self.optional(&OF_TRANSFER, binds![transfer]).await
    }
}

impl Tx {
    /// Keeps what every recipient must be asked for: words with blanks between.
    pub async fn set_required_protections(
        &mut self,
        transfer: TransferId,
        words: &str,
    ) -> Result<bool, DbError> {
        self.changes(&SET, binds![transfer, words]).await
    }
}
