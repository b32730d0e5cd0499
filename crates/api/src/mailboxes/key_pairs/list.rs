//! `GET /api/v1/mailboxes/{mailbox_id}/key-pairs`

use actix_web::{HttpResponse, get};
use sealpost_auth::{MemberKeyView, TeamKeyPairView, TeamKeyPairs, TeamMember as MemberView};
use sealpost_domain::MailboxId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Keys,
    path::Id,
    wire::{Base64Url, Time},
};

/// A team's key pairs, and who belongs to it.
#[derive(Serialize, ToSchema)]
pub(crate) struct TeamKeyPairList {
    /// Contexts of private keys name it.
    tenant: Uuid,
    /// Contexts of private keys name it as the owner: the mailbox.
    owner: Uuid,
    /// Newest first. The one without `retired_at` counts, if there is one.
    key_pairs: Vec<TeamKeyPair>,
    /// Who may send for the mailbox.
    members: Vec<TeamMember>,
}

/// A key pair of a team.
#[derive(Serialize, ToSchema)]
pub(crate) struct TeamKeyPair {
    id: Uuid,
    /// X25519: 32 bytes.
    public_key: Base64Url,
    /// What people compare of it.
    fingerprint: String,
    created_at: Time,
    /// Since when another one counts. It is kept as long as something is sealed to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    retired_at: Option<Time>,
    /// The private key, sealed to the caller; absent if no member has given it to him.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    private_key: Option<PrivateKeyTo>,
    /// Ids of the members who have it.
    held_by: Vec<Uuid>,
}

/// A private key that is sealed to a public key of the caller.
#[derive(Serialize, ToSchema)]
pub(crate) struct PrivateKeyTo {
    /// Of the public key.
    fingerprint: String,
    /// 80 bytes.
    private_key: Base64Url,
}

/// Somebody who may send for the mailbox.
#[derive(Serialize, ToSchema)]
pub(crate) struct TeamMember {
    user_id: Uuid,
    #[schema(format = Email)]
    email: String,
    name: String,
    /// His public key that counts; absent if he has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    public_key: Option<Base64Url>,
    /// What people compare of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    fingerprint: Option<String>,
}

/// Lists the key pairs of a team, to those who may send for its mailbox
#[utoipa::path(
    tag = "account",
    operation_id = "list_team_key_pairs",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(("mailbox_id" = Uuid, Path)),
    responses(
        (status = 200, body = TeamKeyPairList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/mailboxes/{mailbox_id}/key-pairs")]
pub(crate) async fn list(app: App, keys: Keys, id: Id<MailboxId>) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(TeamKeyPairList::from(app.auth().team_key_pairs(&keys.0, id.0).await?)))
}

impl From<TeamKeyPairs> for TeamKeyPairList {
    fn from(team: TeamKeyPairs) -> Self {
        Self {
            tenant: team.tenant.as_uuid(),
            owner: team.owner.as_uuid(),
            key_pairs: team.pairs.into_iter().map(TeamKeyPair::from).collect(),
            members: team.members.into_iter().map(TeamMember::from).collect(),
        }
    }
}

impl From<TeamKeyPairView> for TeamKeyPair {
    fn from(pair: TeamKeyPairView) -> Self {
        Self {
            id: pair.id.as_uuid(),
            public_key: Base64Url(pair.public_key.as_bytes().to_vec()),
            fingerprint: pair.public_key.fingerprint().to_string(),
            created_at: pair.created_at.into(),
            retired_at: pair.retired_at.map(Time),
            private_key: pair.private_key.map(PrivateKeyTo::from),
            held_by: pair.held_by.into_iter().map(|user| user.as_uuid()).collect(),
        }
    }
}

impl From<MemberKeyView> for PrivateKeyTo {
    fn from(view: MemberKeyView) -> Self {
        Self {
            fingerprint: view.public_key.fingerprint().to_string(),
            private_key: Base64Url(view.private_key),
        }
    }
}

impl From<MemberView> for TeamMember {
    fn from(view: MemberView) -> Self {
        Self {
            user_id: view.user.as_uuid(),
            email: view.email,
            name: view.name,
            public_key: view.public_key.map(|key| Base64Url(key.as_bytes().to_vec())),
            fingerprint: view.public_key.map(|key| key.fingerprint().to_string()),
        }
    }
}
