//! What an outsider may do who sends files in.

use sealpost_domain::{SubmissionSource, TenantId, TransferId};

use crate::{SenderSession, UploadGrant};

/// The right to send in one transfer, by one upload request or portal: to add files to it, to take them out, to send it, and to see
/// what was sent. Made anew with every request: what it rests on may be closed at any time.
#[derive(Debug, Clone)]
pub struct SubmitGrant {
    pub(crate) session: SenderSession,
    pub(crate) source: SubmissionSource,
    pub(crate) transfer: TransferId,
}

impl SubmitGrant {
    /// The tenant.
    pub fn tenant(&self) -> TenantId {
        self.session.tenant()
    }

    /// By what.
    pub const fn source(&self) -> SubmissionSource {
        self.source
    }

    /// The transfer.
    pub const fn transfer(&self) -> TransferId {
        self.transfer
    }

    /// The session of whoever gets it, without a scope: by itself it is good for nothing. Its policy has the bounds of the
    /// request or portal where they are narrower.
    pub const fn session(&self) -> &SenderSession {
        &self.session
    }

    /// The right to the transfer's uploads.
    pub fn upload_grant(&self) -> UploadGrant {
        UploadGrant::of_submission(self.session.clone(), self.transfer, self.source)
    }
}
