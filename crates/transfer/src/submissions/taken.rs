//! What files are taken, for whoever looks before a byte is sent.

use sealpost_auth::Entrance;
use sealpost_domain::rules::{FileKinds, TakenNames, TakenTypes};

use crate::{Service, TransferError};

/// What files are taken of each submission.
#[derive(Debug, Clone)]
pub struct TakenFiles {
    /// Most files.
    pub max_files: u64,
    /// Most bytes of all files together.
    pub max_bytes: u64,
    /// Most bytes of a file.
    pub max_file_bytes: u64,
    /// Kinds that were asked for; whatever the policy lets pass if absent.
    pub kinds: Option<FileKinds>,
    /// What names alone decide.
    pub names: TakenNames,
}

impl Service {
    /// What files are taken here.
    pub(crate) async fn taken_files(&self, entrance: &Entrance) -> Result<TakenFiles, TransferError> {
        let mut conn = self.db().read().await?;
        let rules = self.policies().current(&mut conn, entrance.tenant(), entrance.tenant_key()).await?;
        drop(conn);
        let (policy, kinds) = (entrance.policy(), entrance.session().kinds());
        Ok(TakenFiles {
            max_files: policy.max_files,
            max_bytes: policy.max_transfer_bytes,
            max_file_bytes: policy.max_file_bytes,
            kinds: kinds.cloned(),
            names: TakenTypes::new(rules.types(), kinds).by_name(),
        })
    }
}
