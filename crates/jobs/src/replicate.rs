//! Copies what has changed to the stores that are to have copies.

use sealpost_transfer::Replicated;

use crate::{JobError, Work};

pub(crate) async fn run(work: &Work) -> Result<(), JobError> {
    let Replicated { records, parts, bytes, failed } = work.service.replicate().await?;
    if records > 0 || parts > 0 {
        tracing::info!(records, parts, bytes, "copied");
    }
    if failed > 0 {
        tracing::warn!(failed, "transfers and tenants could not be copied yet");
    }
    Ok(())
}
