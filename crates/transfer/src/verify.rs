//! The proof that nothing of a purged transfer is left: looked up in every store, not in the record alone.

use futures_util::TryStreamExt as _;
use sealpost_db::{Purge, Remains};
use sealpost_domain::{Epoch, Timestamp, TransferId};
use sealpost_keys::{EPOCH_GRACE, EPOCH_PATIENCE};

use crate::{Service, TransferError, service::container};

/// What was found when looking for what should be gone.
#[derive(Debug, Clone)]
pub struct PurgeProof {
    /// When it was looked for.
    pub at: Timestamp,
    /// The purge record; `None` if the transfer was never purged, or never was.
    pub record: Option<Purge>,
    /// Whether the transfer's row is still there.
    pub row_left: bool,
    /// How many rows of it each table still has, also those that have none.
    pub rows: Vec<Remains>,
    /// Objects that are still there.
    pub objects_left: Vec<String>,
    /// Audit entries beside which there is still what they say of people.
    pub audit_values_left: u64,
    /// Jobs that still name it. They hold ids only.
    pub jobs_left: u64,
    /// The latest expiry day whose key ever wrapped it, if that key is still there: until the day is over, and for other
    /// transfers. A dump from before its end was brought forward opens as long.
    pub epoch_key_left: Option<Epoch>,
    /// Whether that key should have been destroyed by now.
    pub epoch_key_overdue: bool,
}

/// What was found in one store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which store.
    pub store: &'static str,
    /// What was looked for there.
    pub looked_for: String,
    /// How much was found that should be gone.
    pub left: u64,
}

impl PurgeProof {
    /// Whether nothing is left here. Copies of the row elsewhere die with the epoch key.
    pub fn is_clean(&self) -> bool {
        self.record.is_some() && !self.row_left && self.findings().iter().all(|found| found.left == 0)
    }

    /// Store by store, what was looked for and how much of it was found; nothing without a record, which says where to look.
    pub fn findings(&self) -> Vec<Finding> {
        let Some(record) = &self.record else {
            return Vec::new();
        };
        let tables: Vec<_> = self.rows.iter().map(|found| found.table_name.as_str()).collect();
        let found = |store, looked_for, left| Finding { store, looked_for, left };
        let prefixes = record.prefixes.len();
        vec![
            found("container", format!("objects, {prefixes} prefixes"), self.objects_left.len() as u64),
            found("database", tables.join(" "), self.rows.iter().map(|found| found.row_count).sum()),
            found("audit", "sealed values".to_owned(), self.audit_values_left),
            found("jobs", "its id".to_owned(), self.jobs_left),
            found("keyring", format!("key, {}, if over", record.epoch), u64::from(self.epoch_key_overdue)),
        ]
    }
}

impl Service {
    /// Looks for whatever may be left of a transfer, in every store that there is: objects under its prefixes, rows of every
    /// table that names transfers, personal data in the audit log, jobs, its day's key.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn verify_purge(&self, id: TransferId) -> Result<PurgeProof, TransferError> {
        let at = self.now();
        let mut conn = self.db().read().await?;
        let rows = conn.remains_of_transfer(id).await?;
        let mut proof = PurgeProof {
            at,
            record: conn.purge_of_any_tenant(id).await?,
            row_left: conn.transfer_of_any_tenant(id).await?.is_some(),
            rows,
            objects_left: Vec::new(),
            audit_values_left: 0,
            jobs_left: 0,
            epoch_key_left: None,
            epoch_key_overdue: false,
        };
        let Some(record) = &proof.record else {
            return Ok(proof);
        };
        proof.audit_values_left = conn.audit_values_of_transfer(id).await?;
        proof.jobs_left = conn.jobs_of_transfer(id).await?;
        drop(conn);
        let container = container(&self.container_name(record.tenant_id).await?)?;
        for prefix in &record.prefixes {
            let mut listed = self.blobs().list(&container, Some(*prefix));
            while let Some(object) = listed.try_next().await? {
                proof.objects_left.push(object.raw);
            }
        }
        if self.keys().has_epoch_key(record.tenant_id, record.epoch).await? {
            proof.epoch_key_left = Some(record.epoch);
            proof.epoch_key_overdue = at > record.epoch.end() + EPOCH_GRACE + EPOCH_PATIENCE;
        }
        Ok(proof)
    }
}
