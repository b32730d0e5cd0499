//! `PUT /api/v1/mailboxes/{mailbox_id}/key-pairs/{key_pair_id}/members/{user_id}`

use actix_web::{HttpResponse, put};
use sealpost_auth::MemberKey;
use sealpost_domain::{KeyPairId, MailboxId, UserId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::SteppedAccount,
    json::Body,
    path::Id,
    wire::Base64Url,
};

/// The team's private key, sealed to a member.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShareTeamKey {
    /// Of his public key that counts.
    fingerprint: String,
    /// 80 bytes.
    private_key: Base64Url,
}

/// Gives a team's private key to a member
///
/// Who has it himself seals it to the other's public key, or to another one of his own. Takes a session that has shown a credential
/// a moment ago. 409 `key_changed` if another public key of the member's counts.
#[utoipa::path(
    tag = "account",
    operation_id = "share_team_key",
    security(("session" = []), ("session_cookie" = [])),
    params(("mailbox_id" = Uuid, Path), ("key_pair_id" = Uuid, Path), ("user_id" = Uuid, Path)),
    request_body = ShareTeamKey,
    responses(
        (status = 204, description = "It is kept."),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[put("/api/v1/mailboxes/{mailbox_id}/key-pairs/{key_pair_id}/members/{user_id}")]
pub(crate) async fn share(
    app: App,
    account: SteppedAccount,
    (mailbox, id, user): (Id<MailboxId>, Id<KeyPairId>, Id<UserId>),
    body: Body<ShareTeamKey>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let member = MemberKey::new(user.0, &input.fingerprint, input.private_key.0)?;
    app.auth().share_team_key(&account.0, (mailbox.0, id.0), &member).await?;
    Ok(HttpResponse::NoContent().finish())
}
