//! What the use cases work with.

use std::{path::PathBuf, sync::Arc};

use sealpost_auth::LicenceKeys;
use sealpost_blob::BlobStore;
use sealpost_db::{Db, NewJob, Tx};
use sealpost_domain::{Clock, Job, JobId, Timestamp};
use sealpost_forward::Forwarder;
use sealpost_keys::Keys;
use sealpost_policy::Policies;
use sealpost_sealed::{Random, random_bytes};

use crate::TenancyError;

/// Runs tenants.
#[derive(Debug, Clone)]
pub struct Tenancy {
    pub(crate) db: Db,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) licences: LicenceKeys,
    pub(crate) policies: Policies,
    pub(crate) checkpoints: Option<PathBuf>,
    pub(crate) forwarder: Forwarder,
    pub(crate) addins: bool,
}

impl Tenancy {
    /// The use cases on these stores.
    pub fn new(
        db: Db,
        blobs: Arc<dyn BlobStore>,
        keys: Arc<Keys>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self {
            db,
            blobs,
            keys,
            clock,
            random,
            licences: LicenceKeys::default(),
            policies: Policies::default(),
            checkpoints: None,
            forwarder: Forwarder::default(),
            addins: true,
        }
    }

    /// The same, which asks for licences that one of these keys has signed.
    #[must_use]
    pub fn with_licences(self, licences: LicenceKeys) -> Self {
        Self { licences, ..self }
    }

    /// The same, which keeps rules ready together with others who ask for them.
    #[must_use]
    pub fn with_policies(self, policies: Policies) -> Self {
        Self { policies, ..self }
    }

    /// The same, which sends entries of audit logs on with this.
    #[must_use]
    pub fn with_forwarder(self, forwarder: Forwarder) -> Self {
        Self { forwarder, ..self }
    }

    /// The same, which appends the checkpoints of audit logs to files in this directory.
    #[must_use]
    pub fn with_checkpoints(self, directory: PathBuf) -> Self {
        Self { checkpoints: Some(directory), ..self }
    }

    /// The same, which says whether add-ins look at mails at all; they do unless it was said otherwise.
    #[must_use]
    pub fn with_addins(self, enabled: bool) -> Self {
        Self { addins: enabled, ..self }
    }

    /// Queues a job in the caller's transaction; one that is queued already is enough.
    pub(crate) async fn enqueue(&self, tx: &mut Tx, job: &Job, now: Timestamp) -> Result<(), TenancyError> {
        let payload = serde_json::to_string(job).map_err(|_| TenancyError::Corrupt("jobs"))?;
        let job = NewJob {
            id: JobId::new(now, random_bytes(&*self.random)),
            kind: job.kind(),
            payload: &payload,
            dedupe_key: Some(&job.dedupe_key()),
            run_at: now,
            created_at: now,
        };
        tx.enqueue(&job).await?;
        Ok(())
    }
}
