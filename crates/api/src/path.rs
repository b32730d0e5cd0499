//! Ids in paths. What is no id names nothing: 404, as an unknown one.

use std::{future::Ready, str::FromStr};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use sealpost_domain::{
    AbuseReportId, AddinId, ApiClientId, ApiTokenId, BlockedFileId, FileId, ForwardingTargetId,
    IdentityProviderId, IncidentId, KeyPairId, MailboxId, PasskeyId, PortalId, RecipientId, RecoveryId,
    SessionId, SupportGrantId, TransferId, UploadId, UploadRequestId, UserId,
};

use crate::error::{ApiError, Code};

/// An id from the path, from the segment that is named after its kind.
pub(crate) struct Id<T>(pub(crate) T);

/// Ids that have a segment of their own.
pub(crate) trait Segment: FromStr {
    /// The segment's name in route patterns.
    const NAME: &'static str;
}

macro_rules! segments {
    ($($id:ty = $name:literal),+ $(,)?) => {$(
        impl Segment for $id {
            const NAME: &'static str = $name;
        }
    )+};
}

segments! {
    AbuseReportId = "report_id",
    AddinId = "addin_id",
    BlockedFileId = "blocked_file_id",
    ApiClientId = "client_id",
    ApiTokenId = "token_id",
    FileId = "file_id",
    ForwardingTargetId = "target_id",
    IdentityProviderId = "provider_id",
    IncidentId = "incident_id",
    KeyPairId = "key_pair_id",
    RecoveryId = "recovery_id",
    PasskeyId = "passkey_id",
    MailboxId = "mailbox_id",
    PortalId = "portal_id",
    RecipientId = "recipient_id",
    SessionId = "session_id",
    SupportGrantId = "grant_id",
    TransferId = "transfer_id",
    UploadId = "upload_id",
    UploadRequestId = "request_id",
    UserId = "user_id",
}

impl<T: Segment> FromRequest for Id<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(id(request, T::NAME).map(Self))
    }
}

/// The id in the segment `name`.
pub(crate) fn id<T: FromStr>(request: &HttpRequest, name: &str) -> Result<T, ApiError> {
    request.match_info().query(name).parse().map_err(|_| ApiError::new(Code::NotFound))
}
