//! Beginning to send in by a request: one of its uses is taken.

use sealpost_auth::{BeginGrant, BegunSubmission, RequestLink};

use super::texts;
use crate::{Service, TransferError, judge::InName, submissions::Draft, zero_knowledge::receiver};

impl Service {
    /// Takes one of the request's uses and makes the draft that files go to, in one transaction. The tenant's rules about
    /// addresses are asked with the uploader as the sender.
    ///
    /// # Errors
    /// [`TransferError::RequestUsedUp`] and [`TransferError::CodeUsed`] if somebody else was faster;
    /// [`TransferError::KeyReused`]; [`TransferError::Refused`], [`TransferError::NotReady`].
    pub async fn begin_submission(
        &self,
        grant: &BeginGrant<RequestLink>,
    ) -> Result<BegunSubmission, TransferError> {
        let (session, requester) = (grant.session(), grant.owner());
        let keys = receiver::of_request(grant.row());
        self.check_sealed_entrance(session, keys).await?;
        let uploader = grant.beginner().uploader();
        let heeded = self.judge(session, InName::Uploader(&uploader.address), &[requester], None).await?;
        let protection = self.protection_of_submission(session, &heeded.asked[0]).await?;
        let title = texts(session.tenant_key(), grant.row())?.title;
        self.begin_draft(Draft {
            entrance: grant,
            beginner: grant.beginner(),
            mode: receiver::mode_of(keys),
            subject: &title,
            message: None,
            to: vec![(requester.clone(), protection)],
            unreached: Vec::new(),
            reply_to: grant.row().reply_to,
        })
        .await
    }
}
