//! Destroys the keys of expiry days that are over.

use crate::{JobError, Work};

pub(crate) async fn run(work: &Work) -> Result<(), JobError> {
    let destroyed = work.service.destroy_epochs().await?;
    if destroyed > 0 {
        tracing::info!(destroyed, "epoch keys");
    }
    Ok(())
}
