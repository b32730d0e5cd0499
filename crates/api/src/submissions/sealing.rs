//! `PUT /api/v1/submissions/{submission_id}/sealing`

use actix_web::{HttpResponse, put};
use sealpost_transfer::SealedSubmissionParts;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Submitting,
    json::{Body, MAX_LONG_BYTES},
    wire::{Base64Url, SealedContentKey},
};

/// What an uploader's program has sealed of what is sent in. Bytes are base64url without padding.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SealSubmission {
    /// The content key, sealed to each public key that `sealing` of the submission names: the receiver's, and the recovery key
    /// if there is one.
    content_key_to: Vec<SealedContentKey>,
    /// The subject under the content key.
    #[serde(default)]
    subject: Option<Base64Url>,
    /// The message under the content key.
    #[serde(default)]
    message: Option<Base64Url>,
    /// Which files and words belong to it, under the content key: 109 bytes. Sealed last, for nothing is sent without it;
    /// it is dropped when a file is taken out or sealed anew.
    #[serde(default)]
    contents: Option<Base64Url>,
}

/// Keeps what the uploader's program has sealed
///
/// Of a submission whose mode is `zero_knowledge`. Done again, it takes the place of what was there. 409 `key_changed` if
/// another key counts now: the submission says which, and its content key is sealed to that one.
#[utoipa::path(
    tag = "requests",
    operation_id = "seal_submission",
    security(("submission" = [])),
    params(("submission_id" = Uuid, Path)),
    request_body = SealSubmission,
    responses(
        (status = 204, description = "It is kept."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[put("/api/v1/submissions/{submission_id}/sealing")]
pub(crate) async fn sealing(
    app: App,
    submitting: Submitting,
    body: Body<SealSubmission, MAX_LONG_BYTES>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let keys = input.content_key_to.into_iter().map(SealedContentKey::read);
    let sealed = SealedSubmissionParts {
        content_key_to: keys.collect::<Result<_, _>>()?,
        subject: input.subject.map(|bytes| bytes.0),
        message: input.message.map(|bytes| bytes.0),
        contents: input.contents.map(|bytes| bytes.0),
    };
    app.service().seal_submission(&submitting.0, &sealed).await?;
    Ok(HttpResponse::NoContent().finish())
}
