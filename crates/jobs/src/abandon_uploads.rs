//! Removes uploads that nobody went on with.

use crate::{JobError, Work};

pub(crate) async fn run(work: &Work) -> Result<(), JobError> {
    let removed = work.service.abandon_uploads().await?;
    if removed > 0 {
        tracing::info!(removed, "abandoned uploads");
    }
    Ok(())
}
