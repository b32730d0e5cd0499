//! Looks for what the files' manifests name, and has what is lost put back from copies.

use std::time::Duration;

use sealpost_domain::{TenantId, TransferId};
use sealpost_transfer::Verified;

use crate::{JobError, Work};

/// How long one of them looks before the next goes on: well within the time of a job.
const TIME: Duration = Duration::from_secs(5 * 60);

pub(crate) async fn all(work: &Work) -> Result<(), JobError> {
    Ok(work.service.verify_stores().await?)
}

pub(crate) async fn run(work: &Work, tenant: TenantId, after: Option<TransferId>) -> Result<(), JobError> {
    let found = work.service.verify_store(tenant, after, TIME).await?;
    let Verified { transfers, parts, healed, copies_healed, damaged, failed } = found;
    tracing::info!(%tenant, transfers, parts, healed, copies_healed, damaged, failed, "files looked for in their container");
    Ok(())
}

pub(crate) async fn transfer(work: &Work, tenant: TenantId, transfer: TransferId) -> Result<(), JobError> {
    let Verified { parts, healed, copies_healed, damaged, .. } =
        work.service.verify_transfer(tenant, transfer).await?;
    tracing::info!(%tenant, %transfer, parts, healed, copies_healed, damaged, "a transfer's files were read");
    Ok(())
}
