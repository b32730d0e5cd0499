//! Who has asked for the use of the recovery key, and what became of it.

use sealpost_auth::TenantReader;

use super::{RecoveryView, view};
use crate::{Service, TransferError};

/// How many are listed.
const LISTED: u64 = 100;

impl Service {
    /// The latest hundred wishes for transfers that are there, the latest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn recoveries(&self, reader: &TenantReader) -> Result<Vec<RecoveryView>, TransferError> {
        let rows = self.db().read().await?.recoveries(reader.tenant(), LISTED).await?;
        rows.iter().map(|row| view(row, reader.tenant_key(), self.now())).collect()
    }
}
