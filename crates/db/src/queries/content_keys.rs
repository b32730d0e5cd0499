//! Content keys of transfers that are sealed to public keys.

use sealpost_domain::{TenantId, TransferId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A transfer's content key, sealed to a public key.
    pub struct ContentKeyTo {
        /// Of which transfer.
        pub transfer_id: TransferId,
        /// To which public key.
        pub public_key: [u8; 32],
        /// The tenant.
        pub tenant_id: TenantId,
        /// Whether that is the tenant's recovery key.
        pub recovery: bool,
        /// The content key, and that under the transfer key.
        pub content_key: Vec<u8>,
    }
}

statements! {
    OF_TRANSFER = "SELECT transfer_id, public_key, tenant_id, COALESCE(recovery, false) AS recovery, content_key \
        FROM content_keys WHERE transfer_id = $1 ORDER BY public_key";
    INSERT = "INSERT INTO content_keys (transfer_id, public_key, tenant_id, recovery, content_key) \
        VALUES ($1, $2, $3, $4, $5)";
    REMOVE = "DELETE FROM content_keys WHERE transfer_id = $1";
}

impl Conn {
    /// To whom a transfer's content key is sealed.
    pub async fn content_keys(&mut self, transfer: TransferId) -> Result<Vec<ContentKeyTo>, DbError> {
        self.all(&OF_TRANSFER, binds![transfer]).await
    }
}

impl Tx {
    /// A transfer's content key is sealed to these from now on, and to nobody else.
    pub async fn set_content_keys(
        &mut self,
        transfer: TransferId,
        keys: &[ContentKeyTo],
    ) -> Result<(), DbError> {
        self.execute(&REMOVE, binds![transfer]).await?;
        for key in keys {
            let row = binds![transfer, &key.public_key, key.tenant_id, key.recovery, &key.content_key];
            self.execute(&INSERT, row).await?;
        }
        Ok(())
    }
}
