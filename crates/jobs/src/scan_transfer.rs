//! Shows the files of a transfer to the malware scanner.

use sealpost_domain::{TenantId, TransferId};

use crate::{JobError, Work};

pub(crate) async fn run(work: &Work, tenant: TenantId, transfer: TransferId) -> Result<(), JobError> {
    Ok(work.service.scan_transfer(tenant, transfer).await?)
}
