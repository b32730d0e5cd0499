//! Wraps keys anew after a rotation of the root key.

use crate::{JobError, Work};

pub(crate) async fn run(work: &Work) -> Result<(), JobError> {
    let run = work.service.rewrap_keys().await?;
    if run.done > 0 || run.failed > 0 {
        tracing::info!(
            done = run.done,
            changed = run.changed,
            failed = run.failed,
            more = run.more,
            "keys wrapped anew"
        );
    }
    Ok(())
}
