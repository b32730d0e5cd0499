//! Tells an admin, or the operator, that a recipient has reported a transfer.

use sealpost_domain::{AbuseReportId, TenantId, UserId};
use sealpost_mail::{AbuseReported, AbuseTold, Message};

use crate::{JobError, Running, Work};

pub(crate) async fn run(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    report: AbuseReportId,
    to: Option<UserId>,
) -> Result<(), JobError> {
    // The operator may have said no address for it.
    if to.is_none() && work.abuse_desk.is_none() {
        return Ok(());
    }
    let Some(notice) = work.service.abuse_notice(tenant, report, to).await? else {
        return Ok(());
    };
    let reported = |told| {
        Message::AbuseReported(AbuseReported {
            tenant: notice.tenant,
            transfer: notice.transfer_id,
            reason: notice.reason,
            at: notice.at,
            told,
        })
    };
    match (notice.inside, &work.abuse_desk) {
        (Some(inside), _) => {
            let told = AbuseTold { sender: inside.sender, recipient: inside.recipient, text: inside.text };
            work.send(running, inside.to, reported(Some(told))).await
        }
        (None, Some(desk)) => work.send_in(work.language, running, desk.clone(), reported(None)).await,
        (None, None) => Ok(()),
    }
}
