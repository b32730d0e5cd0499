//! Tells a user what he is warned of.

use sealpost_domain::{TenantId, WarningId};
use sealpost_mail::{Message, UserWarned};

use crate::{JobError, Running, Work};

pub(crate) async fn run(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    warning: WarningId,
) -> Result<(), JobError> {
    let Some(notice) = work.tenancy.warning_notice(tenant, warning).await? else {
        return Ok(());
    };
    let warned = UserWarned { text: notice.text, at: notice.at };
    work.send(running, notice.to, Message::UserWarned(warned)).await
}
