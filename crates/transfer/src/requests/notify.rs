//! Mailing the link of an upload request to who alone may use it.

use std::time::Duration;

use sealpost_auth::{LimitKey, Limits, Rate, RequestColumns, SendGrant, SenderSession};
use sealpost_db::Tx;
use sealpost_domain::{EmailAddress, Job, SubmissionSource, UploadRequestId};
use serde_json::json;

use super::{RequestView, texts};
use crate::{Service, TransferError, judge::InName};

/// How often a request is mailed: once in this time,
const PAUSE: Duration = Duration::from_secs(600);
/// and so often in a day; so many of a tenant's requests go to an address in a day, too.
const A_DAY: (u32, Duration) = (5, Duration::from_secs(24 * 3_600));
/// How many a user has mailed in an hour, whoever gets them.
const OF_USER: u32 = 100;

impl Service {
    /// Mails the link again.
    ///
    /// # Errors
    /// [`TransferError::NotFound`]; [`TransferError::Forbidden`] for admins, who have no part in it;
    /// [`TransferError::NotReady`] if the request names no address or takes nothing now; [`TransferError::Refused`];
    /// [`TransferError::TooMany`].
    pub async fn notify_request(
        &self,
        limits: &Limits,
        grant: &SendGrant,
        id: UploadRequestId,
    ) -> Result<RequestView, TransferError> {
        let session: &SenderSession = grant;
        let row = self.seen_request(session, id).await?;
        if row.user_id != session.user() {
            return Err(TransferError::Forbidden);
        }
        let address = texts(session.tenant_key(), &row)?.address;
        let address =
            address.ok_or(TransferError::NotReady("the request names no address to which it could go"))?;
        let view = self.request_view(session, &row)?;
        if !view.open {
            return Err(TransferError::NotReady("it is closed, over or used up: ask anew"));
        }
        self.check_mailing(limits, session, id, &address).await?;
        let mut tx = self.db().write().await?;
        self.mail_request(&mut tx, session, id).await?;
        tx.commit().await?;
        Ok(view)
    }

    /// Whether a request may be mailed to somebody: the tenant's rules let the user send to him, and he has not got too
    /// many.
    pub(super) async fn check_mailing(
        &self,
        limits: &Limits,
        session: &SenderSession,
        id: UploadRequestId,
        address: &EmailAddress,
    ) -> Result<(), TransferError> {
        self.judge(session, InName::Own, &[address], None).await?;
        let tenant = session.tenant();
        let hmac = RequestColumns::address_hmac(session.tenant_key(), address);
        let (most, day) = A_DAY;
        let source = SubmissionSource::Request(id);
        limits
            .count([
                LimitKey::submission("requests.notify.pause", tenant, source).at(Rate::new(1, PAUSE)),
                LimitKey::submission("requests.notify", tenant, source).at(Rate::new(most, day)),
                LimitKey::hashed_address("requests.notify", tenant, &hmac).at(Rate::new(most, day)),
                LimitKey::account("requests.notify", tenant, session.user()).at(Rate::per_hour(OF_USER)),
            ])
            .await?;
        Ok(())
    }

    /// Queues the mail. Call it last: it locks the log.
    pub(super) async fn mail_request(
        &self,
        tx: &mut Tx,
        session: &SenderSession,
        id: UploadRequestId,
    ) -> Result<(), TransferError> {
        let tenant = session.tenant();
        self.enqueue(tx, &Job::MailRequest { tenant, request: id }, self.now()).await?;
        let payload = json!({ "by": session.user(), "request": id });
        self.record_request_event(tx, tenant, "request.mailed", &payload).await
    }
}
