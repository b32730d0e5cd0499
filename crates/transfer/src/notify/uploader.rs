//! What an uploader is told: that what he has sent in has arrived.

use sealpost_domain::{EmailAddress, TenantId, Timestamp, TransferId};

use crate::{Service, TransferError, get::subject};

/// Who asks for files, as an uploader is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requester {
    /// A user, by his request.
    Person {
        /// His address.
        address: EmailAddress,
        /// His name; may be empty.
        name: String,
    },
    /// A tenant, by a portal: whose it is there, outsiders are not told.
    Organisation(String),
}

/// What an uploader is told.
#[derive(Debug, Clone)]
pub struct SubmissionReceipt {
    /// The uploader.
    pub to: EmailAddress,
    /// Who has asked for the files.
    pub requester: Requester,
    /// What it was about.
    pub title: Option<String>,
    /// The names of the files.
    pub files: Vec<String>,
    /// When it was sent.
    pub at: Timestamp,
}

impl Service {
    /// A tenant, by what it calls itself.
    pub(super) async fn organisation(&self, tenant: TenantId) -> Result<Requester, TransferError> {
        let branding = self.branding(tenant).await?.ok_or(TransferError::NotFound)?;
        Ok(Requester::Organisation(branding.name().to_owned()))
    }

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
        // What sealed files are called here is nothing.
        if let Some(key) = transfer.content_key()?.filter(|_| !transfer.row.is_zero_knowledge()) {
            for row in self.db().read().await?.files_of_transfer(transfer.row.id).await? {
                files.push(transfer.manifest(&key, &row)?.name().to_owned());
            }
        }
        let requester = if transfer.row.portal_id.is_some() {
            self.organisation(tenant).await?
        } else {
            let (address, name) = self.owner(&delivery.tenant, transfer).await?;
            Requester::Person { address, name }
        };
        Ok(Some(SubmissionReceipt { to: uploader.address, requester, title: subject(transfer)?, files, at }))
    }
}
