//! `/api/v1/submissions`: what an uploader does with what he sends in.

pub(crate) mod file_sealing;
pub(crate) mod get;
pub(crate) mod key;
pub(crate) mod remove;
pub(crate) mod sealing;
pub(crate) mod send;

use sealpost_transfer::{FileView, SubmissionView, UploadView};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::{SubmissionSealing, Time, TransferMode};

/// What somebody sends in, as he sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Submission {
    id: Uuid,
    /// When it was sent; absent as long as files can be added.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sent_at: Option<Time>,
    /// The finished files.
    files: Vec<SubmittedFile>,
    /// The unfinished uploads.
    uploads: Vec<SubmittedUpload>,
    /// How many files can still be added.
    files_left: u64,
    /// How many bytes can still be added.
    bytes_left: u64,
    /// Most bytes of a file.
    max_file_bytes: u64,
    /// When it ends.
    expires_at: Time,
    /// Who seals it.
    mode: TransferMode,
    /// By what the uploader's program seals, as it counts now; absent once it was sent, and if the service seals.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sealing: Option<SubmissionSealing>,
}

/// A finished file. Name and CRC-32 are null if they cannot be read any more, and if the uploader's program has sealed it.
#[derive(Serialize, ToSchema)]
pub(crate) struct SubmittedFile {
    id: Uuid,
    #[schema(required)]
    name: Option<String>,
    /// Bytes.
    size: u64,
    /// CRC-32 as in ZIP.
    #[schema(required, format = Int64, maximum = 4_294_967_295_u64)]
    crc32: Option<u32>,
}

/// An unfinished upload.
#[derive(Serialize, ToSchema)]
pub(crate) struct SubmittedUpload {
    id: Uuid,
    /// Declared bytes; absent while deferred.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    size: Option<u64>,
    /// Bytes that are stored.
    received: u64,
}

impl From<SubmissionView> for Submission {
    fn from(view: SubmissionView) -> Self {
        Self {
            id: view.id.as_uuid(),
            sent_at: view.sent_at.map(Time),
            files: view.files.into_iter().map(SubmittedFile::from).collect(),
            uploads: view.uploads.into_iter().map(SubmittedUpload::from).collect(),
            files_left: view.files_left,
            bytes_left: view.bytes_left,
            max_file_bytes: view.max_file_bytes,
            expires_at: view.expires_at.into(),
            mode: view.mode.into(),
            sealing: view.sealing.map(SubmissionSealing::from),
        }
    }
}

impl From<FileView> for SubmittedFile {
    fn from(view: FileView) -> Self {
        Self { id: view.id.as_uuid(), name: view.name.map(String::from), size: view.size, crc32: view.crc32 }
    }
}

impl From<UploadView> for SubmittedUpload {
    fn from(view: UploadView) -> Self {
        Self { id: view.id.as_uuid(), size: view.size, received: view.received }
    }
}
