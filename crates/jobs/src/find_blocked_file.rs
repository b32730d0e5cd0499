//! Finds a file that nobody may send any more in what was sent, and blocks it there.

use sealpost_domain::{BlockedFileId, TenantId};

use crate::{JobError, Work};

pub(crate) async fn run(work: &Work, tenant: TenantId, file: BlockedFileId) -> Result<(), JobError> {
    Ok(work.service.find_blocked_file(tenant, file).await?)
}
