//! What an uploader sees of what he sends in.

use sealpost_auth::SubmitGrant;
use sealpost_db::Transfer;
use sealpost_domain::{Timestamp, TransferId, TransferMode};

use crate::{FileView, Service, SubmissionSealing, TransferError, UploadView};

/// What somebody sends in, as he sees it.
#[derive(Debug, Clone)]
pub struct SubmissionView {
    /// Which.
    pub id: TransferId,
    /// When it was sent; `None`: files can still be added.
    pub sent_at: Option<Timestamp>,
    /// The finished files, in the order of their upload.
    pub files: Vec<FileView>,
    /// The unfinished uploads.
    pub uploads: Vec<UploadView>,
    /// How many files can still be added.
    pub files_left: u64,
    /// How many bytes can still be added.
    pub bytes_left: u64,
    /// Most bytes of a file.
    pub max_file_bytes: u64,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Who seals it.
    pub mode: TransferMode,
    /// What the uploader's program seals with, as long as it can; `None`: the service seals, or it was sent.
    pub sealing: Option<SubmissionSealing>,
}

impl Service {
    /// How far it is.
    ///
    /// # Errors
    /// [`TransferError::NotFound`], [`TransferError::Gone`] once it was deleted or has expired.
    pub async fn submission(&self, grant: &SubmitGrant) -> Result<SubmissionView, TransferError> {
        let row = self.seen_submission(grant).await?;
        let sealing = match row.sent_at {
            None => self.sealing_of_draft(grant.session().tenant_key(), &row).await?,
            Some(_) => None,
        };
        let policy = grant.session().policy();
        let view = self.view(grant.session(), grant.transfer()).await?;
        let is_draft = view.sent_at.is_none();
        let left = |most: u64, taken: u64| if is_draft { most.saturating_sub(taken) } else { 0 };
        Ok(SubmissionView {
            id: view.id,
            sent_at: view.sent_at,
            files_left: left(policy.max_files, view.file_count),
            bytes_left: left(policy.max_transfer_bytes, view.byte_count),
            max_file_bytes: policy.max_file_bytes,
            files: view.files,
            uploads: view.uploads,
            expires_at: view.expires_at,
            mode: view.mode,
            sealing,
        })
    }

    /// The transfer that the grant is for.
    pub(crate) async fn seen_submission(&self, grant: &SubmitGrant) -> Result<Transfer, TransferError> {
        let row = self.seen(grant.session(), grant.transfer()).await?;
        if row.source() == Some(grant.source()) { Ok(row) } else { Err(TransferError::NotFound) }
    }
}
