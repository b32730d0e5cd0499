//! Handing over what was uploaded.

use sealpost_auth::SubmitGrant;
use sealpost_domain::TransferState;

use super::SubmissionView;
use crate::{Service, TransferError};

impl Service {
    /// Sends it: files are fixed from now on, whoever gets them gets a mail with his link, and the uploader a
    /// receipt if he has shown that the address is his. Sending it again does nothing.
    ///
    /// # Errors
    /// Those of [`Service::send`].
    pub async fn send_submission(&self, grant: &SubmitGrant) -> Result<SubmissionView, TransferError> {
        let row = self.seen_submission(grant).await?;
        let state = row.state.at(self.now(), row.expires_at);
        if row.sent_at.is_none() || state == TransferState::Draft {
            self.seal_and_release(grant.session(), grant.transfer(), None).await?;
        }
        self.submission(grant).await
    }
}
