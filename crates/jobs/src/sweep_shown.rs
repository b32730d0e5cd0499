//! Removes limits, codes and remembered devices whose time is over.

use crate::{JobError, Work};

pub(crate) async fn run(work: &Work) -> Result<(), JobError> {
    let removed = work.auth.sweep_shown().await?;
    if removed > 0 {
        tracing::debug!(removed, "limits, codes and devices");
    }
    Ok(())
}
