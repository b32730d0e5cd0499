//! `PUT /api/v1/transfers/{transfer_id}/sealing`

use actix_web::{HttpResponse, put};
use sealpost_domain::TransferId;
use sealpost_transfer::SenderSealing;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sending,
    json::{Body, MAX_LONG_BYTES},
    path::Id,
    wire::{Base64Url, SealedContentKey},
};

/// What the sender's program has sealed of a transfer. Bytes are base64url without padding.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SealTransfer {
    /// The content key under the access key: 104 bytes.
    content_key: Base64Url,
    /// SHA-256 of the access proof: 32 bytes.
    proof_hash: Base64Url,
    /// The content key, sealed to the tenant's recovery key (`policy.recovery` of the bootstrap). There if it has one, and only
    /// then.
    #[serde(default)]
    recovery: Option<SealedContentKey>,
    /// Salt and costs of the password key: 29 bytes, at least 64 MiB and 3 passes. There if recipients are asked for a password,
    /// and only then.
    #[serde(default)]
    password_parameters: Option<Base64Url>,
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

/// Keeps what the sender's program has sealed of a draft
///
/// Of a draft whose mode is `zero_knowledge`. Done again, it takes the place of what was there.
#[utoipa::path(
    tag = "transfers",
    operation_id = "seal_transfer",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("transfer_id" = Uuid, Path)),
    request_body = SealTransfer,
    responses(
        (status = 204, description = "It is kept."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[put("/api/v1/transfers/{transfer_id}/sealing")]
pub(crate) async fn sealing(
    app: App,
    sender: Sending,
    id: Id<TransferId>,
    body: Body<SealTransfer, MAX_LONG_BYTES>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let hash = input.proof_hash.0.try_into().map_err(|_| ApiError::invalid("proof_hash has 32 bytes"))?;
    let recovery = input.recovery.map(SealedContentKey::read).transpose()?;
    let sealing = SenderSealing {
        recovery,
        content_key: input.content_key.0,
        proof_hash: hash,
        password_parameters: input.password_parameters.map(|bytes| bytes.0),
        subject: input.subject.map(|bytes| bytes.0),
        message: input.message.map(|bytes| bytes.0),
        contents: input.contents.map(|bytes| bytes.0),
    };
    app.service().seal_draft(&sender.0, id.0, &sealing).await?;
    Ok(HttpResponse::NoContent().finish())
}
