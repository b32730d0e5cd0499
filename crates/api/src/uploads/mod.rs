//! Uploads: tus 1.0.0 with creation, creation-with-upload, creation-defer-length, expiration, checksum, termination
//! and concatenation.

use actix_web::{HttpResponse, HttpResponseBuilder, http::header};
use sealpost_domain::UploadId;
use sealpost_transfer::{UploadKind, UploadStatus};

use crate::{
    error::{ApiError, Code},
    wire::http_date,
};

pub(crate) mod append;
mod body;
pub(crate) mod create;
pub(crate) mod head;
pub(crate) mod options;
pub(crate) mod overridden;
pub(crate) mod terminate;
mod to_its_end;
mod tus;

use body::Ending;
use to_its_end::to_its_end;

#[cfg(feature = "fuzzing")]
pub(crate) use tus::{Creation, append as tus_append, creation as tus_creation};
pub(crate) use tus::{RESUMABLE, VERSION, is_tus};

/// The refusal, unless the body was broken off on this side: then the client is there and is told why. What came of
/// a body with a checksum does not fit it then.
fn ended_or(error: ApiError, ending: &Ending) -> ApiError {
    if !matches!(error.code(), Code::IncompleteBody | Code::ChecksumMismatch) {
        return error;
    }
    match ending.get() {
        None => error,
        Some(body::Broken::Stalled) => ApiError::new(Code::RequestTimeout),
        Some(body::Broken::Stopping) => ApiError::stopping(),
    }
}

/// Adds how far an upload has come, and when it is forgotten.
fn add_progress(response: &mut HttpResponseBuilder, status: &UploadStatus) {
    response.insert_header((tus::OFFSET, status.received));
    add_expiry(response, status);
}

fn add_expiry(response: &mut HttpResponseBuilder, status: &UploadStatus) {
    if let Some(expires_at) = status.expires_at {
        response.insert_header((tus::EXPIRES, http_date(expires_at)));
    }
}

/// All that is known of an upload, as answer to HEAD.
fn describe(status: &UploadStatus) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    add_progress(&mut response, status);
    match status.length {
        Some(length) => response.insert_header((tus::LENGTH, length)),
        None => response.insert_header((tus::DEFER_LENGTH, "1")),
    };
    if !status.metadata.header().is_empty() {
        response.insert_header((tus::METADATA, status.metadata.header()));
    }
    match status.kind {
        UploadKind::Whole => {}
        UploadKind::Partial => {
            response.insert_header((tus::CONCAT, "partial"));
        }
        UploadKind::Final => {
            let pieces: Vec<_> = status.pieces.iter().map(|id| path(*id)).collect();
            response.insert_header((tus::CONCAT, format!("final;{}", pieces.join(" "))));
        }
    }
    response.insert_header((header::CACHE_CONTROL, "no-store")).finish()
}

fn path(upload: UploadId) -> String {
    format!("{}{upload}", tus::UPLOADS)
}
