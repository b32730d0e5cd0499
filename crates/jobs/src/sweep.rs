//! Forgets limits, codes, devices and sessions whose time is over.

use crate::{JobError, Work};

pub(crate) async fn run(work: &Work) -> Result<(), JobError> {
    let removed = work.auth.sweep().await?;
    if removed > 0 {
        tracing::debug!(removed, "limits, codes, devices and sessions");
    }
    Ok(())
}
