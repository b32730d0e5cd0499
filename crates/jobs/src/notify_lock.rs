//! Tells a sender that wrong passwords have locked a transfer.

use sealpost_domain::{TenantId, TransferId};
use sealpost_mail::{Message, TransferLocked};

use crate::{JobError, Running, Work};

pub(crate) async fn run(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    transfer: TransferId,
) -> Result<(), JobError> {
    let Some(notice) = work.service.lock_notice(tenant, transfer).await? else {
        return Ok(());
    };
    let locked =
        TransferLocked { transfer: notice.transfer_id, subject: notice.subject, locked_at: notice.at };
    work.send(running, notice.to, Message::TransferLocked(locked)).await
}
