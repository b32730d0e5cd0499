//! Tells a sender, or an admin of his tenant, that a transfer was kept back for what is in it.

use sealpost_domain::{TenantId, TransferId, UserId, rules::Inspection};
use sealpost_mail::{Message, Refusal, TransferRefused};

use crate::{JobError, Running, Work};

pub(crate) async fn run(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    transfer: TransferId,
    to: UserId,
) -> Result<(), JobError> {
    let Some(notice) = work.service.refusal_notice(tenant, transfer, to).await? else {
        return Ok(());
    };
    let refused = TransferRefused {
        transfer: notice.transfer_id,
        sender: notice.sender,
        came_in: notice.came_in,
        subject: notice.subject,
        why: match notice.why {
            Inspection::Listed => Refusal::Listed,
            Inspection::Infected => Refusal::Found(notice.finding.unwrap_or_default()),
            _ => Refusal::TooBig,
        },
        at: notice.at,
    };
    work.send(running, notice.to, Message::TransferRefused(refused)).await
}
