//! Removes uploads that nobody went on with, and drafts of upload requests or mails to which nothing comes any more, requests that were over long ago,
//! and key pairs that were replaced and are needed no more.

use crate::{JobError, Work};

pub(crate) async fn run(work: &Work) -> Result<(), JobError> {
    let removed = work.service.abandon_uploads().await?;
    if removed > 0 {
        tracing::info!(removed, "abandoned uploads");
    }
    let removed = work.service.abandon_submissions().await?;
    if removed > 0 {
        tracing::info!(removed, "abandoned submissions");
    }
    let removed = work.service.abandon_mail_drafts().await?;
    if removed > 0 {
        tracing::info!(removed, "drafts of mails that were never sent");
    }
    let removed = work.service.sweep_requests().await?;
    if removed > 0 {
        tracing::info!(removed, "requests that were over");
    }
    let removed = work.service.sweep_key_pairs().await?;
    if removed > 0 {
        tracing::info!(removed, "key pairs to which nothing is sealed any more");
    }
    Ok(())
}
