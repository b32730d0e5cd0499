//! The proof that nothing of a purged transfer is left: looked up in the stores, not in the record alone.

use futures_util::TryStreamExt as _;
use sealpost_db::Purge;
use sealpost_domain::{Epoch, TransferId};

use crate::{Service, TransferError, service::container};

/// What was found when looking for what should be gone.
#[derive(Debug, Clone)]
pub struct PurgeProof {
    /// The purge record; `None` if the transfer was never purged, or never was.
    pub record: Option<Purge>,
    /// Whether the transfer's row is still there.
    pub row_left: bool,
    /// Objects that are still there.
    pub objects_left: Vec<String>,
    /// The latest expiry day whose key ever wrapped it, if that key is still there: until the day is over, and for other
    /// transfers. A dump from before its end was brought forward opens as long.
    pub epoch_key_left: Option<Epoch>,
}

impl PurgeProof {
    /// Whether nothing is left here. Copies of the row elsewhere die with the epoch key.
    pub const fn is_clean(&self) -> bool {
        self.record.is_some() && !self.row_left && self.objects_left.is_empty()
    }
}

impl Service {
    /// Looks for whatever may be left of a transfer: its row, objects under its prefixes, its day's key.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn verify_purge(&self, id: TransferId) -> Result<PurgeProof, TransferError> {
        let mut conn = self.db().read().await?;
        let record = conn.purge_of_any_tenant(id).await?;
        let row_left = conn.transfer_of_any_tenant(id).await?.is_some();
        drop(conn);
        let mut proof = PurgeProof { record, row_left, objects_left: Vec::new(), epoch_key_left: None };
        let Some(record) = &proof.record else {
            return Ok(proof);
        };
        let container = container(&self.container_name(record.tenant_id).await?)?;
        for prefix in &record.prefixes {
            let mut listed = self.blobs().list(&container, Some(*prefix));
            while let Some(object) = listed.try_next().await? {
                proof.objects_left.push(object.raw);
            }
        }
        let key = self.keys().existing_epoch_key(record.tenant_id, record.epoch).await?;
        proof.epoch_key_left = key.map(|_| record.epoch);
        Ok(proof)
    }
}
