//! `PATCH /api/v1/transfers/{transfer_id}`

use actix_web::{HttpResponse, patch};
use sealpost_domain::TransferId;
use sealpost_transfer::Revision;
use serde::Deserialize;
use utoipa::ToSchema;

use super::create::NewRecipient;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Sending,
    json::{Body, MAX_LONG_BYTES, given},
    path::Id,
    wire::{NewPassword, Protection, Time, Transfer},
};

/// What of a draft becomes different; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviseTransfer {
    /// All of them anew. Who is among them already keeps his id, and of phone, protection and password what is not said anew; who
    /// is not named any more is taken out.
    recipients: Option<Vec<NewRecipient>>,
    /// `null`: none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    subject: Option<Option<String>>,
    /// `null`: none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    message: Option<Option<String>>,
    expires_at: Option<Time>,
    /// What recipients must show beside their link. If absent it stays, unless a password comes or goes that it cannot do with.
    protection: Option<Protection>,
    /// The password of all recipients who need one and have none of their own. `null`: none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<NewPassword>)]
    password: Option<Option<NewPassword>>,
    /// In how many visits each recipient may fetch. `null`: as the tenant says.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u64>, minimum = 1, maximum = 1_000_000)]
    max_downloads: Option<Option<u64>>,
    /// Whether recipients may answer with files.
    allow_reply: Option<bool>,
}

/// Changes a draft
///
/// By the rules of creating one, and all of it or nothing. What was sent is not changed so (409), nor is another's draft (403).
#[utoipa::path(
    tag = "transfers",
    operation_id = "revise_transfer",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("transfer_id" = Uuid, Path)),
    request_body = ReviseTransfer,
    responses(
        (status = 200, body = Transfer),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[patch("/api/v1/transfers/{transfer_id}")]
pub(crate) async fn revise(
    app: App,
    sender: Sending,
    id: Id<TransferId>,
    body: Body<ReviseTransfer, MAX_LONG_BYTES>,
) -> Result<HttpResponse, ApiError> {
    let revision = Revision::from(body.read().await?);
    let transfer = app.service().revise(&sender.0, id.0, &revision).await?;
    Ok(HttpResponse::Ok().json(Transfer::from(transfer)))
}

impl From<ReviseTransfer> for Revision {
    fn from(input: ReviseTransfer) -> Self {
        Self {
            recipients: input.recipients.map(|all| all.into_iter().map(Into::into).collect()),
            subject: input.subject,
            message: input.message,
            expires_at: input.expires_at.map(|time| time.0),
            protection: input.protection.map(Into::into),
            password: input.password.map(|password| password.map(Into::into)),
            max_downloads: input.max_downloads,
            allow_reply: input.allow_reply,
        }
    }
}
