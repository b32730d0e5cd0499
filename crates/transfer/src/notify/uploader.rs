//! What an uploader is told: that what he has sent in has arrived.

use sealpost_domain::{EmailAddress, TenantId, Timestamp, TransferId};

use crate::{Service, TransferError, list::subject};

/// What an uploader is told.
#[derive(Debug, Clone)]
pub struct SubmissionReceipt {
    /// The uploader.
    pub to: EmailAddress,
    /// Who has asked for the files.
    pub requester: EmailAddress,
    /// His name.
    pub requester_name: String,
    /// What it was about.
    pub title: Option<String>,
    /// The names of the files.
    pub files: Vec<String>,
    /// When it was sent.
    pub at: Timestamp,
}

impl Service {
    /// What to tell an uploader; `None` if he has not shown that the address is his, or it is gone.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn submission_receipt(
        &self,
        tenant: TenantId,
        transfer: TransferId,
    ) -> Result<Option<SubmissionReceipt>, TransferError> {
        let recipients = self.db().read().await?.recipients_of_transfer(transfer).await?;
        let Some(any) = recipients.first() else {
            return Ok(None);
        };
        let Some(delivery) = self.known(tenant, any.id).await? else {
            return Ok(None);
        };
        let transfer = &delivery.transfer;
        let uploader = transfer.uploader()?.filter(|uploader| uploader.proved);
        let Some((uploader, at)) = uploader.zip(transfer.row.sent_at) else {
            return Ok(None);
        };
        let mut files = Vec::new();
        if let Some(key) = transfer.content_key()? {
            for row in self.db().read().await?.files_of_transfer(transfer.row.id).await? {
                files.push(transfer.manifest(&key, &row)?.name().to_owned());
            }
        }
        let (requester, requester_name) = self.owner(&delivery.tenant, transfer).await?;
        Ok(Some(SubmissionReceipt {
            to: uploader.address,
            requester,
            requester_name,
            title: subject(transfer)?,
            files,
            at,
        }))
    }
}
