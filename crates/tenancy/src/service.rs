//! What the use cases work with.

use std::{path::PathBuf, sync::Arc};

use sealpost_auth::LicenceKeys;
use sealpost_blob::BlobStore;
use sealpost_db::Db;
use sealpost_domain::Clock;
use sealpost_keys::Keys;
use sealpost_policy::Policies;
use sealpost_sealed::Random;

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

    /// The same, which appends the checkpoints of audit logs to files in this directory.
    #[must_use]
    pub fn with_checkpoints(self, directory: PathBuf) -> Self {
        Self { checkpoints: Some(directory), ..self }
    }
}
