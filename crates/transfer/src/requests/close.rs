//! Closing an upload request.

use sealpost_auth::SenderSession;
use sealpost_domain::UploadRequestId;
use serde_json::json;

use super::RequestView;
use crate::{Service, TransferError};

impl Service {
    /// Closes a request: from now on it takes nothing, not even of what is being uploaded. What was sent stays. Closing it
    /// again does nothing.
    ///
    /// # Errors
    /// [`TransferError::Forbidden`], [`TransferError::NotFound`].
    pub async fn close_request(
        &self,
        session: &SenderSession,
        id: UploadRequestId,
    ) -> Result<RequestView, TransferError> {
        session.require_send()?;
        self.seen_request(session, id).await?;
        let mut tx = self.db().write().await?;
        if tx.close_upload_request(session.tenant(), id, self.now()).await? {
            let payload = json!({ "by": session.user(), "request": id });
            self.record_request_event(&mut tx, session.tenant(), "request.closed", &payload).await?;
        }
        tx.commit().await?;
        self.request_view(session, &self.seen_request(session, id).await?)
    }
}
