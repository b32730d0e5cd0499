//! `GET /api/v1/account/key-pairs`

use actix_web::{HttpResponse, get};
use sealpost_auth::{KeyPairView, OwnKeyPairs, PasskeyKeyView};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::PassphraseKey;
use crate::{
    App,
    error::{ApiError, Problem},
    grant::Keys,
    wire::{Base64Url, Time},
};

/// One's key pairs.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeyPairList {
    /// Contexts of private keys name it.
    tenant: Uuid,
    /// Contexts of private keys name it as the owner.
    owner: Uuid,
    /// What passkeys are asked for (`prf.eval.first`): 32 bytes.
    prf_input: Base64Url,
    /// Newest first. The one without `retired_at` counts, if there is one.
    key_pairs: Vec<OwnKeyPair>,
}

/// A key pair of one's own.
#[derive(Serialize, ToSchema)]
pub(crate) struct OwnKeyPair {
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
    /// To be sent back when the passphrase is changed.
    revision: u64,
    /// The private key under the passphrase.
    passphrase: PassphraseKey,
    /// The private key under what passkeys make.
    passkeys: Vec<PasskeyOpened>,
}

/// A private key under what a passkey makes.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasskeyOpened {
    passkey_id: Uuid,
    /// The id that its authenticator has given it, for `allowCredentials`.
    credential_id: Base64Url,
    /// 104 bytes.
    private_key: Base64Url,
}

/// Lists one's own key pairs, with private keys in the forms in which one opens them
#[utoipa::path(
    tag = "account",
    operation_id = "list_key_pairs",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = KeyPairList),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/account/key-pairs")]
pub(crate) async fn list(app: App, keys: Keys) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(KeyPairList::from(app.auth().own_key_pairs(&keys.0).await?)))
}

impl From<OwnKeyPairs> for KeyPairList {
    fn from(own: OwnKeyPairs) -> Self {
        Self {
            tenant: own.tenant.as_uuid(),
            owner: own.owner.as_uuid(),
            prf_input: Base64Url(own.prf_input.to_vec()),
            key_pairs: own.pairs.into_iter().map(OwnKeyPair::from).collect(),
        }
    }
}

impl From<KeyPairView> for OwnKeyPair {
    fn from(pair: KeyPairView) -> Self {
        Self {
            id: pair.id.as_uuid(),
            public_key: Base64Url(pair.public_key.as_bytes().to_vec()),
            fingerprint: pair.public_key.fingerprint().to_string(),
            created_at: pair.created_at.into(),
            retired_at: pair.retired_at.map(Time),
            revision: pair.revision,
            passphrase: pair.private_key.into(),
            passkeys: pair.passkeys.into_iter().map(PasskeyOpened::from).collect(),
        }
    }
}

impl From<PasskeyKeyView> for PasskeyOpened {
    fn from(view: PasskeyKeyView) -> Self {
        Self {
            passkey_id: view.passkey.as_uuid(),
            credential_id: Base64Url(view.credential),
            private_key: Base64Url(view.private_key),
        }
    }
}
