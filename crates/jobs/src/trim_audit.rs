//! Removes audit entries whose time is over.

use crate::{JobError, Work};

pub(crate) async fn run(work: &Work) -> Result<(), JobError> {
    let removed = work.tenancy.trim_audit().await?;
    if removed > 0 {
        tracing::info!(removed, "audit entries");
    }
    Ok(())
}
