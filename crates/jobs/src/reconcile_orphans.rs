//! Removes stored objects that belong to nothing.

use crate::{JobError, Work};

pub(crate) async fn run(work: &Work) -> Result<(), JobError> {
    let found = work.service.reconcile_orphans().await?;
    tracing::info!(seen = found.seen, removed = found.removed, foreign = found.foreign, "stores reconciled");
    Ok(())
}
