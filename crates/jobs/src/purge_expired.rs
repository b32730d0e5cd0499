//! Purges what has expired.

use sealpost_transfer::PurgeCounts;

use crate::{JobError, Work};

pub(crate) async fn run(work: &Work) -> Result<(), JobError> {
    let PurgeCounts { purged, postponed, .. } = work.service.purge_expired().await?;
    if purged > 0 || postponed > 0 {
        tracing::info!(purged, postponed, "expired transfers");
    }
    if postponed > 0 {
        return Err(JobError::Transient(format!(
            "{postponed} transfers are unreadable, but not removed yet"
        )));
    }
    Ok(())
}
