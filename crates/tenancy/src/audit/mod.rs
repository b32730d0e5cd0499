//! The audit log: signed, handed out, checked, and cut off at its old end. `docs/audit.md` says what it proves.

mod checkpoint;
mod checkpoint_files;
mod export;
mod lines;
mod list;
mod trim;
mod verify;
mod verify_file;
mod verify_live;

pub use checkpoint::SignedLogs;
pub use export::{AuditExport, ExportRange};
pub use lines::{ExportLine, FORMAT};
pub use list::{AuditEntryView, AuditFilter, AuditPage};
pub use verify::{AuditBreak, LogVerifier, Verified};
pub use verify_file::{FileError, FileVerifier};

use sealpost_domain::TenantId;
use sealpost_sealed::NoteVerifier;

use crate::{Tenancy, TenancyError};

/// Entries that are read at once.
const PAGE: u64 = 500;

/// What a tenant's log is called where it is signed.
pub fn log_origin(tenant: TenantId) -> String {
    format!("sealpost/audit/{tenant}")
}

impl Tenancy {
    /// Who signs the log of a tenant: this installation's public key, in the log's name.
    ///
    /// # Errors
    /// The vault's and the keyring's.
    pub async fn audit_signer(&self, tenant: TenantId) -> Result<NoteVerifier, TenancyError> {
        let key = self.keys.audit_key().await?;
        Ok(NoteVerifier::new(&log_origin(tenant), key.verifying_key())?)
    }
}
