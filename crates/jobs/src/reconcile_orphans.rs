//! Removes stored objects that belong to nothing.

use sealpost_transfer::Reconciled;

use crate::{JobError, Work};

pub(crate) async fn run(work: &Work) -> Result<(), JobError> {
    let found = work.service.reconcile_orphans().await?;
    let Reconciled { seen, removed, foreign, failed, .. } = found;
    tracing::info!(seen, removed, foreign, failed, "stores reconciled");
    Ok(())
}
