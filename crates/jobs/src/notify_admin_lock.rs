//! Tells an admin that wrong passwords or codes have locked a transfer of his tenant.

use sealpost_domain::{TenantId, TransferId, UserId};
use sealpost_mail::{AdminTransferLocked, Message};

use crate::{JobError, Running, Work};

pub(crate) async fn run(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    transfer: TransferId,
    admin: UserId,
) -> Result<(), JobError> {
    let Some((notice, admin)) = work.service.admin_lock_notice(tenant, transfer, admin).await? else {
        return Ok(());
    };
    let locked =
        AdminTransferLocked { transfer: notice.transfer_id, sender: notice.to, locked_at: notice.at };
    work.send(running, admin, Message::AdminTransferLocked(locked)).await
}
