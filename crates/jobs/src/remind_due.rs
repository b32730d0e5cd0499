//! Queues a reminder for everybody who is due one.

use crate::{JobError, Work};

pub(crate) async fn run(work: &Work) -> Result<(), JobError> {
    let queued = work.service.enqueue_reminders().await?;
    if queued > 0 {
        tracing::info!(queued, "reminders");
    }
    Ok(())
}
