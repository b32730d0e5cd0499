//! Tells a sender, or an admin of his tenant, that the malware scanner keeps a transfer back.

use sealpost_domain::{TenantId, TransferId, UserId};
use sealpost_mail::{Message, TransferRefused};

use crate::{JobError, Running, Work};

pub(crate) async fn run(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    transfer: TransferId,
    to: UserId,
) -> Result<(), JobError> {
    let Some(notice) = work.service.scan_notice(tenant, transfer, to).await? else {
        return Ok(());
    };
    let refused = TransferRefused {
        transfer: notice.transfer_id,
        sender: notice.sender,
        subject: notice.subject,
        finding: notice.finding,
        at: notice.at,
    };
    work.send(running, notice.to, Message::TransferRefused(refused)).await
}
