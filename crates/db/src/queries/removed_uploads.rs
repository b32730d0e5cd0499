//! Uploads and files that were taken out of a draft, until their objects are known to be gone.

use sealpost_domain::{TenantId, TransferId, UploadId};
use uuid::Uuid;

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// An upload whose rows are gone and whose objects may be there.
    pub struct RemovedUpload {
        /// Its tenant.
        pub tenant_id: TenantId,
        /// Its id, the prefix of its objects.
        pub upload_id: UploadId,
    }
}

statements! {
    NOTE = "INSERT INTO removed_uploads (upload_id, tenant_id, transfer_id) VALUES ($1, $2, $3)";
    FORGET = "DELETE FROM removed_uploads WHERE upload_id = $1";
    PAGE = "SELECT tenant_id, upload_id FROM removed_uploads WHERE upload_id > $1 ORDER BY upload_id LIMIT $2";
}

impl Conn {
    /// A page of them, of all tenants; `after` is the last id of the page before this one.
    pub async fn removed_uploads(
        &mut self,
        after: Option<UploadId>,
        limit: u64,
    ) -> Result<Vec<RemovedUpload>, DbError> {
        let after = after.map_or(Uuid::nil(), UploadId::as_uuid);
        self.all(&PAGE, binds![after, limit]).await
    }
}

impl Tx {
    /// Notes whose objects are to be removed, in the transaction that removes the rows. They are among the transfer's
    /// [`upload_ids`](Conn::upload_ids) as long as it stands.
    pub async fn note_removed_uploads(
        &mut self,
        tenant: TenantId,
        transfer: TransferId,
        uploads: &[UploadId],
    ) -> Result<(), DbError> {
        for upload in uploads {
            self.execute(&NOTE, binds![*upload, tenant, transfer]).await?;
        }
        Ok(())
    }

    /// Nothing is left of these.
    pub async fn forget_removed_uploads(&mut self, uploads: &[UploadId]) -> Result<(), DbError> {
        for upload in uploads {
            self.execute(&FORGET, binds![*upload]).await?;
        }
        Ok(())
    }
}
