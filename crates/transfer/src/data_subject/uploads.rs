//! Uploaders: what an address has sent in, and which upload requests are for it alone.

use sealpost_auth::{ManageGrant, RequestColumns, Uploader};
use sealpost_db::SubmittedIn;
use sealpost_domain::{EmailAddress, TransferId};
use sealpost_sealed::random_bytes;
use serde_json::{Value, json};
use uuid::Uuid;

use super::PAGE;
use crate::{Service, TransferError, place::Place, submissions::uploader_bytes};

impl Service {
    /// What the address has sent in.
    pub(super) async fn uploads_of(
        &self,
        grant: &ManageGrant,
        email: &EmailAddress,
    ) -> Result<Vec<SubmittedIn>, TransferError> {
        let hmac = RequestColumns::address_hmac(grant.tenant_key(), email);
        let (mut found, mut after) = (Vec::new(), TransferId::from(Uuid::nil()));
        loop {
            let page = self.db().read().await?.submitted_in(grant.tenant(), &hmac, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(found) };
            after = last.transfer_id;
            found.extend(page);
        }
    }

    /// The same, and the requests that are for it alone, as JSON.
    pub(super) async fn uploads_json(
        &self,
        grant: &ManageGrant,
        email: &EmailAddress,
    ) -> Result<(Value, Value), TransferError> {
        let mut uploads = Vec::new();
        for found in self.uploads_of(grant, email).await? {
            let row = self.db().read().await?.transfer(grant.tenant(), found.transfer_id).await?;
            let uploader = match row {
                Some(row) => match self.unlock(row).await {
                    Err(TransferError::NotFound) => None,
                    unlocked => unlocked?.uploader()?,
                },
                None => None,
            };
            uploads.push(json!({
                "transfer": found.transfer_id, "request": found.request_id, "portal": found.portal_id,
                "to": found.user_id,
                "sent_at": found.sent_at, "expires_at": found.expires_at,
                "name": uploader.as_ref().map(|uploader| &uploader.name),
                "proved": uploader.as_ref().map(|uploader| uploader.proved),
            }));
        }
        let hmac = RequestColumns::address_hmac(grant.tenant_key(), email);
        let bound = self.db().read().await?.requests_bound_to(grant.tenant(), &hmac).await?;
        let bound: Vec<_> = bound
            .iter()
            .map(|row| {
                json!({
                    "request": row.id, "by": row.user_id, "created_at": row.created_at,
                    "expires_at": row.expires_at, "closed_at": row.closed_at,
                })
            })
            .collect();
        Ok((json!(uploads), json!(bound)))
    }

    /// Overwrites who has sent in what the address has sent in, forgets what the log says of him there, and closes the
    /// requests that were for him alone. What was sent stays with whom it was sent to. Gives how many of both, and of entries.
    pub(super) async fn erase_uploads(
        &self,
        grant: &ManageGrant,
        email: &EmailAddress,
    ) -> Result<(u64, u64, u64), TransferError> {
        let (tenant, key) = (grant.tenant(), grant.tenant_key());
        let (mut uploads, mut entries, mut requests) = (0, 0, 0);
        for found in self.uploads_of(grant, email).await? {
            entries += self.forget_entries(grant, found.transfer_id, email).await?;
            let row = self.db().read().await?.transfer(tenant, found.transfer_id).await?;
            let Some(row) = row else { continue };
            let unlocked = match self.unlock(row).await {
                Err(TransferError::NotFound) => continue, // it is being purged
                unlocked => unlocked?,
            };
            let blank = Uploader { name: String::new(), address: self.nobody()?, proved: false };
            let place = Place { tenant, transfer: found.transfer_id };
            let sealed = unlocked.key.seal_column(place.uploader(), &uploader_bytes(&blank), self.random());
            let mut tx = self.db().write().await?;
            uploads += u64::from(tx.blank_uploader(tenant, found.transfer_id, &sealed).await?);
            tx.commit().await?;
            // And what was noted of him between the two.
            entries += self.forget_entries(grant, found.transfer_id, email).await?;
        }
        let hmac = RequestColumns::address_hmac(key, email);
        let bound = self.db().read().await?.requests_bound_to(tenant, &hmac).await?;
        for row in bound {
            let (nobody, random): (_, [u8; 32]) = (self.nobody()?, random_bytes(self.random()));
            let place = RequestColumns::of(tenant, row.id).address();
            let sealed = key.seal_column(place, nobody.as_str().as_bytes(), self.random());
            let mut tx = self.db().write().await?;
            let blanked = tx.blank_upload_request((tenant, row.id), self.now(), (&sealed, &random)).await?;
            requests += u64::from(blanked);
            if row.closed_at.is_none() {
                let payload = json!({ "request": row.id });
                grant.record(&mut tx, self.now(), "request.closed", payload).await?;
            }
            tx.commit().await?;
        }
        Ok((uploads, requests, entries))
    }

    /// An address that nobody has.
    fn nobody(&self) -> Result<EmailAddress, TransferError> {
        let text = format!("erased-{}@erased.invalid", Uuid::from_bytes(random_bytes(self.random())));
        text.parse().map_err(TransferError::internal)
    }
}
