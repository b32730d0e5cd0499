//! Which keyring belongs to this database.

use uuid::Uuid;

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    sql::statements,
    value::binds,
};

statements! {
    GET = "SELECT keyring_id AS value FROM own_keyring WHERE one = 1";
    PUT = "INSERT INTO own_keyring (one, keyring_id) VALUES (1, $1) ON CONFLICT (one) DO NOTHING";
}

impl Conn {
    /// The keyring that belongs to this database; `None` before the first run has ended.
    pub async fn own_keyring(&mut self) -> Result<Option<Uuid>, DbError> {
        self.optional(&GET, binds![]).await
    }
}

impl Tx {
    /// From now on that keyring belongs to this database. `false`, and nothing is changed, if one does already.
    pub async fn put_own_keyring_if_absent(&mut self, keyring: Uuid) -> Result<bool, DbError> {
        self.changes(&PUT, binds![keyring]).await
    }
}
