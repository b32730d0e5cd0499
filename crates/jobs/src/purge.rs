//! Purges one transfer.

use sealpost_domain::{TenantId, TransferId};

use crate::{JobError, Work};

pub(crate) async fn run(work: &Work, tenant: TenantId, transfer: TransferId) -> Result<(), JobError> {
    Ok(work.service.purge(tenant, transfer).await?)
}
