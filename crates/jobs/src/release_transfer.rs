//! Has what waits looked into, and released or kept back.

use sealpost_domain::{TenantId, TransferId};

use crate::{JobError, Work};

pub(crate) async fn run(work: &Work, tenant: TenantId, transfer: TransferId) -> Result<(), JobError> {
    Ok(work.service.release_transfer(tenant, transfer).await?)
}
