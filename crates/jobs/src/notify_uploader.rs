//! Tells an uploader that what he has sent in has arrived.

use sealpost_domain::{TenantId, TransferId};
use sealpost_mail::{Message, SubmissionReceipt};

use crate::{JobError, Running, Work};

pub(crate) async fn run(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    transfer: TransferId,
) -> Result<(), JobError> {
    let Some(receipt) = work.service.submission_receipt(tenant, transfer).await? else {
        return Ok(());
    };
    let message = SubmissionReceipt {
        requester: receipt.requester,
        requester_name: receipt.requester_name,
        title: receipt.title,
        file_names: receipt.files,
        at: receipt.at,
    };
    work.send(running, receipt.to, Message::SubmissionReceipt(message)).await
}
