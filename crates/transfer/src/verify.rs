//! The proof that nothing of a purged transfer is left: looked up in every store, not in the record alone.

use futures_util::TryStreamExt as _;
use sealpost_blob::{BlobError, Container};
use sealpost_db::{Purge, Remains};
use sealpost_domain::{Epoch, Timestamp, TransferId, UploadId};
use sealpost_keys::{EPOCH_GRACE, EPOCH_PATIENCE};

use crate::{Service, TransferError, purge::record_prefix, service::container};

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
    /// The container, and each copy that there is of it; nothing without a record.
    pub containers: Vec<ContainerLooked>,
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

/// What was found in a container or a copy of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerLooked {
    /// What it is: `container`, or what kind of copy.
    pub store: &'static str,
    /// Under how many prefixes was looked.
    pub prefixes: usize,
    /// Objects that are still there.
    pub objects_left: Vec<String>,
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
        let containers = self.containers.iter().map(|looked| {
            let left = looked.objects_left.len() as u64;
            found(looked.store, format!("objects, {} prefixes", looked.prefixes), left)
        });
        let mut findings: Vec<_> = containers.collect();
        findings.extend([
            found("database", tables.join(" "), self.rows.iter().map(|found| found.row_count).sum()),
            found("audit", "sealed values".to_owned(), self.audit_values_left),
            found("jobs", "its id".to_owned(), self.jobs_left),
            found("keyring", format!("key, {}, if over", record.epoch), u64::from(self.epoch_key_overdue)),
        ]);
        findings
    }
}

impl Service {
    /// Looks for whatever may be left of a transfer, in every store that there is: objects under its prefixes in the container and
    /// each copy, its record there, rows of every table that names transfers, personal data in the audit log, jobs, its
    /// day's key.
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
            containers: Vec::new(),
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
        let mut prefixes = record.prefixes.clone();
        let (tenant, epoch) = (record.tenant_id, record.epoch);
        proof.containers.push(self.objects_left(&container, "container", &prefixes).await?);
        prefixes.push(record_prefix(id));
        for copy in self.blobs().copies(&container) {
            proof.containers.push(self.objects_left(&copy.container, copy.role.title(), &prefixes).await?);
        }
        if self.keys().has_epoch_key(tenant, epoch).await? {
            proof.epoch_key_left = Some(epoch);
            proof.epoch_key_overdue = at > epoch.end() + EPOCH_GRACE + EPOCH_PATIENCE;
        }
        Ok(proof)
    }

    async fn objects_left(
        &self,
        container: &Container,
        store: &'static str,
        prefixes: &[UploadId],
    ) -> Result<ContainerLooked, TransferError> {
        let mut objects_left = Vec::new();
        for prefix in prefixes {
            let mut listed = self.blobs().list(container, Some(*prefix));
            while let Some(object) = listed.try_next().await.map_err(not_looked)? {
                objects_left.push(object.raw);
            }
        }
        Ok(ContainerLooked { store, prefixes: prefixes.len(), objects_left })
    }
}

/// A container that is not there proves nothing: its volume may not be mounted.
fn not_looked(error: BlobError) -> TransferError {
    match error {
        BlobError::NotFound => TransferError::Unavailable(error.into()),
        error => error.into(),
    }
}
