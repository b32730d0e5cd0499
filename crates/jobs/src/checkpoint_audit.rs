//! Signs the heads of the audit logs that have grown.

use sealpost_tenancy::SignedLogs;

use crate::{JobError, Work};

pub(crate) async fn run(work: &Work) -> Result<(), JobError> {
    let SignedLogs { signed, broken, exported } = work.tenancy.checkpoint_audit().await?;
    tracing::debug!(signed, exported, "audit checkpoints");
    if broken > 0 {
        // The next run says so again; it cannot do better.
        tracing::error!(broken, "audit logs were tampered with: see `sealpost audit verify`");
    }
    Ok(())
}
