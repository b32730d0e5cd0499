//! Tells a sender that a recipient has fetched files.

use sealpost_domain::{RecipientId, TenantId};
use sealpost_mail::{DownloadReceipt, Message};

use crate::{JobError, Running, Work};

pub(crate) async fn run(
    work: &Work,
    running: &Running,
    tenant: TenantId,
    recipient: RecipientId,
) -> Result<(), JobError> {
    let Some(receipt) = work.service.download_receipt(tenant, recipient).await? else {
        return Ok(());
    };
    let message = DownloadReceipt {
        recipient: receipt.recipient,
        subject: receipt.subject,
        file_count: receipt.file_count,
        file_names: receipt.files,
        downloaded_at: receipt.at,
    };
    work.send(running, receipt.to, Message::DownloadReceipt(message)).await
}
