//! Removes tenants whose time for the export is over.

use sealpost_tenancy::Removals;

use crate::{JobError, Work};

pub(crate) async fn run(work: &Work) -> Result<(), JobError> {
    let Removals { removed, postponed } = work.tenancy.remove_terminated().await?;
    if removed > 0 {
        tracing::info!(removed, "tenants");
    }
    if postponed > 0 {
        return Err(JobError::Transient(format!("{postponed} tenants could not be removed yet")));
    }
    Ok(())
}
