//! `POST /api/v1/mailboxes/{mailbox_id}/key-pairs`

use actix_web::{HttpResponse, post};
use sealpost_auth::{MemberKey, NewTeamKeyPair};
use sealpost_domain::{MailboxId, UserId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    account::key_pairs::create::CreatedKeyPair,
    error::{ApiError, Problem},
    grant::SteppedAccount,
    json::{Body, MAX_LONG_BYTES},
    path::Id,
    wire::Base64Url,
};

/// A key pair that a member's program has made for the team.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateTeamKeyPair {
    /// X25519: 32 bytes.
    public_key: Base64Url,
    /// The private key, sealed to the caller and to others who may send for the mailbox.
    members: Vec<KeyOfMember>,
    /// The fingerprint of the one that counts, in whose place it comes; absent if there is none.
    replaces: Option<String>,
}

/// A private key that is sealed to a member.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyOfMember {
    #[schema(value_type = Uuid)]
    user_id: UserId,
    /// Of his public key that counts.
    fingerprint: String,
    /// 80 bytes.
    private_key: Base64Url,
}

/// Keeps a key pair that a member's program has made for a team
///
/// What comes in is sealed to it from now on, and everybody who may send for the mailbox is told by mail. Where another one counts
/// that a member has, only who has it replaces it (403). Takes a session that has shown a credential a moment ago. 409
/// `key_changed` if another one counts than `replaces` says, or of a member another public key.
#[utoipa::path(
    tag = "account",
    operation_id = "create_team_key_pair",
    security(("session" = []), ("session_cookie" = [])),
    params(("mailbox_id" = Uuid, Path)),
    request_body = CreateTeamKeyPair,
    responses(
        (status = 201, body = CreatedKeyPair),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[post("/api/v1/mailboxes/{mailbox_id}/key-pairs")]
pub(crate) async fn create(
    app: App,
    account: SteppedAccount,
    id: Id<MailboxId>,
    body: Body<CreateTeamKeyPair, MAX_LONG_BYTES>,
) -> Result<HttpResponse, ApiError> {
    let input = body.read().await?;
    let members = input.members.into_iter();
    let members = members
        .map(|member| MemberKey::new(member.user_id, &member.fingerprint, member.private_key.0))
        .collect::<Result<_, _>>()?;
    let new = NewTeamKeyPair::new(&input.public_key.0, members, input.replaces.as_deref())?;
    let made = app.auth().create_team_key_pair(&account.0, id.0, &new).await?;
    Ok(HttpResponse::Created().json(CreatedKeyPair { id: made.as_uuid() }))
}
