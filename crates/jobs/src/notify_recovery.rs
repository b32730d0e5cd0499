//! Tells an owner, or a sender, what is done with the tenant's recovery key.

use sealpost_domain::{RecoveryStep, TenantId, UserId};
use sealpost_mail::{Message, RecoveryTold};

use crate::{JobError, Running, Work};

pub(crate) async fn run(
    work: &Work,
    running: &Running,
    (tenant, to, by): (TenantId, UserId, UserId),
    (step, about): (RecoveryStep, String),
) -> Result<(), JobError> {
    let Some(notice) = work.auth.account_notice(tenant, by, to).await? else {
        return Ok(());
    };
    let told = RecoveryTold { by: notice.account, step, about, at: running.created_at };
    work.send(running, notice.to, Message::RecoveryTold(told)).await
}
