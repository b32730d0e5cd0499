//! What a sender is told of downloads.

use sealpost_domain::{EmailAddress, RecipientId, TenantId, Timestamp};

use super::address;
use crate::{Service, TransferError, get::subject};

/// What a sender is told when a recipient has fetched something.
#[derive(Debug, Clone)]
pub struct DownloadReceipt {
    /// The sender.
    pub to: EmailAddress,
    /// Who has fetched.
    pub recipient: EmailAddress,
    /// The subject, if there is one.
    pub subject: Option<String>,
    /// The names of the files that he has had; empty if only their recipients can read them.
    pub files: Vec<String>,
    /// How many files he has had.
    pub file_count: u64,
    /// When he first had one.
    pub at: Timestamp,
}

impl Service {
    /// What to tell a sender of a recipient's downloads; `None` if the tenant does not want it or it is purged.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn download_receipt(
        &self,
        tenant: TenantId,
        recipient: RecipientId,
    ) -> Result<Option<DownloadReceipt>, TransferError> {
        let Some(delivery) = self.known(tenant, recipient).await? else {
            return Ok(None);
        };
        let Some(at) = delivery.recipient.downloaded_at.filter(|_| delivery.policy.notify_downloads) else {
            return Ok(None);
        };
        let transfer = &delivery.transfer;
        if transfer.row.source().is_some() {
            return Ok(None); // whoever has sent it in learns nothing of it, and may have named another's address
        }
        let mut conn = self.db().read().await?;
        let had = conn.downloads_of_transfer(transfer.row.id).await?;
        let had: Vec<_> = had.into_iter().filter(|download| download.recipient_id == recipient).collect();
        let mut files = Vec::new();
        if let Some(key) = transfer.content_key()?.filter(|_| !transfer.row.is_zero_knowledge()) {
            for download in &had {
                if let Some(row) = conn.file(transfer.row.id, download.file_id).await? {
                    files.push(transfer.manifest(&key, &row)?.name().to_owned());
                }
            }
        }
        drop(conn);
        let (to, _) = self.owner(&delivery.tenant, transfer).await?;
        Ok(Some(DownloadReceipt {
            to,
            recipient: address(transfer, &delivery.recipient)?,
            subject: subject(transfer)?,
            files,
            file_count: had.len() as u64,
            at,
        }))
    }
}
