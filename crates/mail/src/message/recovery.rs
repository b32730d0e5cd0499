//! What is done with a tenant's recovery key.

use sealpost_domain::{EmailAddress, RecoveryStep, Timestamp};

/// Something is done with the tenant's recovery key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryTold {
    /// Who does it.
    pub by: EmailAddress,
    /// What.
    pub step: RecoveryStep,
    /// The key's fingerprint, or the transfer that is recovered.
    pub about: String,
    /// When.
    pub at: Timestamp,
}
