//! What mails say: gathered when they are sent, so that no personal data lies in the queue.

mod code;
mod download;
mod lock;
mod recipient;
mod refusal;
mod reminder;
mod submission_code;
mod upload_request;
mod uploader;

pub use code::CodeNotice;
pub use download::DownloadReceipt;
pub use lock::LockNotice;
pub use recipient::Notification;
pub use refusal::RefusalNotice;
use sealpost_db::{Recipient, Transfer};
use sealpost_domain::{EmailAddress, Language, Policy, RecipientId, TenantId};
pub use submission_code::SubmissionCodeNotice;
pub use upload_request::UploadRequestNotice;
pub use uploader::{Requester, SubmissionReceipt};

use crate::{
    Service, TransferError,
    open::{DeliveryTenant, split},
    unlock::Unlocked,
};

/// A delivery as the service itself sees it.
struct Addressed {
    tenant: DeliveryTenant,
    policy: Policy,
    transfer: Unlocked,
    recipient: Recipient,
}

impl Service {
    /// The language of a tenant's mails, if it has said one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mail_language(&self, tenant: TenantId) -> Result<Option<Language>, TransferError> {
        let row = self.db().read().await?.tenant(tenant).await?;
        Ok(row.and_then(|row| row.policy.mail_language))
    }

    /// A delivery that its recipient can fetch now.
    async fn addressed(
        &self,
        tenant: TenantId,
        recipient: RecipientId,
    ) -> Result<Option<Addressed>, TransferError> {
        let delivery = self.known(tenant, recipient).await?;
        Ok(delivery.filter(|delivery| {
            let row: &Transfer = &delivery.transfer.row;
            let readable = row.state.at(self.now(), row.expires_at).is_readable();
            readable && delivery.recipient.blocked_at.is_none() && delivery.recipient.link_token.is_some()
        }))
    }

    /// A delivery that is not purged.
    async fn known(
        &self,
        tenant: TenantId,
        recipient: RecipientId,
    ) -> Result<Option<Addressed>, TransferError> {
        let found = self.db().read().await?.delivery_of_recipient(recipient).await?;
        let Some(found) = found.filter(|found| found.transfer.tenant_id == tenant) else {
            return Ok(None);
        };
        let policy = found.policy.clone();
        let (tenant, transfer, recipient) = split(found);
        match self.unlock(transfer).await {
            Ok(transfer) => Ok(Some(Addressed { tenant, policy, transfer, recipient })),
            Err(TransferError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn address(transfer: &Unlocked, recipient: &Recipient) -> Result<EmailAddress, TransferError> {
    let address = transfer.key.open_text(transfer.place.address(recipient.id), &recipient.address)?;
    address.parse().map_err(TransferError::internal)
}
