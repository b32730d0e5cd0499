//! Beginning to send in: one of the request's uses is taken, and a draft is made.

use sealpost_auth::{BeginGrant, RequestColumns, network_value};
use sealpost_db::{NewSubmission, NewTransfer};
use sealpost_domain::{Timestamp, TransferId};
use sealpost_sealed::{ContentKey, TransferKey};

use super::{texts, uploader_bytes};
use crate::{
    NewRecipient, Service, TransferError, audit::Event, judge::InName, place::Place, protect::Locking,
};

/// What was begun.
#[derive(Debug, Clone, Copy)]
pub struct BegunSubmission {
    /// The transfer that comes in.
    pub id: TransferId,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Service {
    /// Takes one of the request's uses and makes the draft that files go to, in one transaction. The tenant's rules about
    /// addresses are asked with the uploader as the sender.
    ///
    /// # Errors
    /// [`TransferError::RequestUsedUp`] if somebody else was faster; [`TransferError::Refused`],
    /// [`TransferError::NotReady`].
    pub async fn begin_submission(&self, grant: &BeginGrant) -> Result<BegunSubmission, TransferError> {
        let (session, uploader, request) = (grant.session(), grant.uploader(), grant.request());
        let (from, requester) = (InName::Uploader(&uploader.address), grant.requester());
        let heeded = self.judge(session, from, &[requester], None).await?;
        let protection = self.protection_of_submission(session, &heeded.asked[0]).await?;
        let now = self.now();
        let expires_at = session.policy().expiry(now, None)?;
        let place = Place { tenant: session.tenant(), transfer: self.new_id(TransferId::new) };
        let epoch_key = self.keys().epoch_key(place.tenant, expires_at.epoch()).await?;
        let random = self.random();
        let (key, content_key) = (TransferKey::generate(random), ContentKey::generate(random));
        let locking = Locking { place, key: &key, content_key: Some(&content_key), protection };
        let recipient = NewRecipient::from(requester.clone());
        let recipient = self.seal_recipient(session, &locking, (0, &recipient, None)).await?;
        let title = texts(session.tenant_key(), request)?.title;
        let subject = key.seal_column(place.subject(), title.as_bytes(), random);
        let sealed = key.seal_column(place.uploader(), &uploader_bytes(uploader), random);
        let hmac = RequestColumns::address_hmac(session.tenant_key(), &uploader.address);
        let event = Event::SubmissionBegun { request: request.id, proved: uploader.proved };
        let mut whom = vec![("address", uploader.address.as_str().to_owned())];
        whom.extend(network_value(grant.network()));
        let entry = event.with(place, &key, &whom, random);
        let mut tx = self.db().write().await?;
        if !tx.take_request_slot(request.id, now).await? {
            return Err(TransferError::RequestUsedUp);
        }
        tx.insert_transfer(&NewTransfer {
            id: place.transfer,
            tenant_id: place.tenant,
            sender_id: session.user(),
            epoch: expires_at.epoch(),
            transfer_key: &epoch_key.wrap_transfer_key(&key, place.transfer_key(), random),
            content_key: &key.wrap_content_key(&content_key, place.content_key(), random),
            locked_content_key: None,
            password_parameters: None,
            subject: Some(&subject),
            message: None,
            max_downloads: None,
            mailbox_id: None,
            protection,
            created_at: now,
            expires_at,
            submission: Some(NewSubmission { request: request.id, uploader: &sealed, uploader_hmac: &hmac }),
        })
        .await?;
        tx.insert_recipient(&recipient.borrowed()).await?;
        entry.append(&mut tx, place.tenant, now).await?;
        tx.commit().await?;
        Ok(BegunSubmission { id: place.transfer, expires_at })
    }
}
