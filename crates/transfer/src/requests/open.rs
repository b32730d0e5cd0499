//! What an outsider sees behind the link of a request.

use sealpost_auth::RequestLink;
use sealpost_domain::{EmailAddress, Timestamp};

use super::texts;
use crate::{
    Service, SubmissionSealing, TakenFiles, TenantBranding, TransferError, zero_knowledge::receiver,
};

/// What a link asks for, and what it takes.
#[derive(Debug, Clone)]
pub struct RequestOpening {
    /// Who asks.
    pub requester: EmailAddress,
    /// His name; may be empty.
    pub requester_name: String,
    /// How his organisation shows itself.
    pub branding: TenantBranding,
    /// What it is about.
    pub title: String,
    /// What he has written.
    pub message: Option<String>,
    /// Whether an uploader must show that his address is his.
    pub asks_code: bool,
    /// Who alone may use it, if anybody: enough to know one's own address by.
    pub address_hint: Option<String>,
    /// What files are taken.
    pub takes: TakenFiles,
    /// When it ends.
    pub expires_at: Timestamp,
    /// What the uploader's program seals with; `None`: the service seals.
    pub sealing: Option<SubmissionSealing>,
}

impl Service {
    /// What somebody sees who has the link. Changes nothing.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn request_opening(&self, link: &RequestLink) -> Result<RequestOpening, TransferError> {
        let said = texts(link.tenant_key(), link.row())?;
        let branding = self.branding(link.tenant()).await?.ok_or(TransferError::NotFound)?;
        Ok(RequestOpening {
            requester: link.owner().clone(),
            requester_name: link.owner_name().to_owned(),
            branding,
            title: said.title,
            message: said.message,
            asks_code: link.row().asks_code,
            address_hint: link.hint()?,
            takes: self.taken_files(link).await?,
            expires_at: link.row().expires_at,
            sealing: self
                .submission_sealing((link.tenant(), link.tenant_key()), receiver::of_request(link.row()))
                .await?,
        })
    }
}
