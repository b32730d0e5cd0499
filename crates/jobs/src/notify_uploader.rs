//! Tells an uploader that what he has sent in has arrived.

use sealpost_domain::{TenantId, TransferId};
use sealpost_mail::{Message, Requester, SubmissionReceipt};
use sealpost_transfer::Requester as Asks;

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
        requester: requester(receipt.requester),
        title: receipt.title,
        file_names: receipt.files,
        at: receipt.at,
    };
    work.send(running, receipt.to, Message::SubmissionReceipt(message)).await
}

/// Who asks for files, as mails name him.
pub(crate) fn requester(asks: Asks) -> Requester {
    match asks {
        Asks::Person { address, name } => Requester::Person { address, name },
        Asks::Organisation(name) => Requester::Organisation(name),
    }
}
